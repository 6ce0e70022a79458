import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { FactoryError } from '../core/errors.ts';
import { checkInterrupted } from '../core/interrupt.ts';
import { MiB } from '../core/sizes.ts';

const chunkBytes = 2 * MiB;

export interface HashRangeOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((doneBytes: number) => void) | undefined;
}

/** SHA-256 (lower-case hex) of a part of an open file. The next chunk is read while one is hashed. */
export async function hashRange(
  handle: FileHandle,
  startBytes: number,
  lengthBytes: number,
  options: HashRangeOptions = {},
): Promise<string> {
  const hash = createHash('sha256');
  const buffers = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)] as const;
  const end = startBytes + lengthBytes;
  const readAt = (buffer: Buffer, at: number) => handle.read(buffer, 0, Math.min(chunkBytes, end - at), at);
  let [current, spare] = buffers;
  let at = startBytes;
  let pending = readAt(current, at);
  while (at < end) {
    const { bytesRead } = await pending;
    checkInterrupted(options.signal);
    if (bytesRead === 0) throw new FactoryError('io.failed', `the file ended at byte ${at}, expected ${end}`);
    at += bytesRead;
    if (at < end) pending = readAt(spare, at);
    hash.update(current.subarray(0, bytesRead));
    options.onProgress?.(at - startBytes);
    [current, spare] = [spare, current];
  }
  return hash.digest('hex');
}
