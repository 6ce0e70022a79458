import { open } from 'node:fs/promises';

/** The last lines a guest printed on its serial port, control characters removed. Empty when there is no such file. */
export async function readSerialTail(path: string, lines = 15): Promise<string[]> {
  const limit = 64 * 1024;
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return [];
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - limit);
    const buffer = Buffer.alloc(size - start);
    await handle.read(buffer, 0, buffer.length, start);
    return cleanLines(buffer.toString('utf8')).slice(-lines);
  } finally {
    await handle.close();
  }
}

function cleanLines(text: string): string[] {
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g');
  const controls = /[^\P{Cc}\n]/gu;
  return text
    .replace(escapes, '')
    .replaceAll('\r', '\n')
    .replace(controls, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}
