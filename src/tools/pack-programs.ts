import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { writeFileAtomic } from '../core/files.ts';

const blockBytes = 512;

/** Packs every file of a folder as a .tgz with the files at its root: sorted, owned by root, without times. Same files, same bytes. */
export async function packPrograms(folder: string, target: string): Promise<void> {
  const parts: Buffer[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const content = await readFile(join(folder, name));
    parts.push(renderHeader(name, content.length), content, Buffer.alloc(-content.length & (blockBytes - 1)));
  }
  parts.push(Buffer.alloc(2 * blockBytes));
  await writeFileAtomic(target, await promisify(gzip)(Buffer.concat(parts), { level: 6 }));
}

/** POSIX ustar, mode 0755 (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, "ustar Interchange Format"). */
function renderHeader(name: string, bytes: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0, 100, 'latin1');
  header.write(octal(0o755, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(bytes, 11), 124);
  header.write(octal(0, 11), 136);
  header.fill(' ', 148, 156);
  header.write('0', 156);
  header.write('ustar\x0000', 257, 'latin1');
  header.write('root', 265);
  header.write('root', 297);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
