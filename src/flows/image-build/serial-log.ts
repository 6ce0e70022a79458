import { open } from 'node:fs/promises';
import { KiB } from '../../core/sizes.ts';
import { lastLines } from '../../lab/verify/known-failures.ts';

const readBytes = 64 * KiB;
const shownLines = 15;

/** The last lines a guest printed on its serial port. Empty when there is no such file. */
export async function readSerialTail(path: string, count = shownLines): Promise<string[]> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return [];
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - readBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return lastLines(buffer.toString('utf8', 0, bytesRead), count);
  } finally {
    await handle.close();
  }
}
