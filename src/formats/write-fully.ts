import type { FileHandle } from 'node:fs/promises';

/** Writes all bytes at a position: one write call may take fewer, for example just before the disk is full. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array, positionBytes: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, positionBytes + done);
    done += bytesWritten;
  }
}
