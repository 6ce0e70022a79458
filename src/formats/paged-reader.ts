import type { FileHandle } from 'node:fs/promises';
import { MiB } from '../core/sizes.ts';

const pageBytes = 2 * MiB;

/** Reads small pieces of a part of a file, mostly forward, with few calls of the system. */
export interface PagedReader {
  readonly lengthBytes: number;
  /** Up to `count` bytes at `at`; fewer at the end. Good until the next read. */
  read(at: number, count: number): Promise<Buffer>;
}

export function createPagedReader(handle: FileHandle, startBytes: number, lengthBytes: number): PagedReader {
  const page = Buffer.allocUnsafeSlow(pageBytes);
  let pageStart = 0;
  let pageEnd = 0;
  return {
    lengthBytes,
    async read(at, count) {
      const end = Math.min(at + count, lengthBytes);
      if (end <= at) return page.subarray(0, 0);
      if (at < pageStart || end > pageEnd) {
        const { bytesRead } = await handle.read(page, 0, Math.min(pageBytes, lengthBytes - at), startBytes + at);
        pageStart = at;
        pageEnd = at + bytesRead;
      }
      return page.subarray(at - pageStart, Math.min(end, pageEnd) - pageStart);
    },
  };
}
