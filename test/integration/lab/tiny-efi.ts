import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../../../src/core/exec.ts';
import { MiB } from '../../../src/core/sizes.ts';

const sectionAt = 0x1000;
const fileAt = 0x200;

/** Position-independent, so that it needs no relocations: writes a text on the first serial port and stops. */
function buildCode(text: string): Buffer {
  const code = [
    ...[0x48, 0x8d, 0x35, 0x10, 0x00, 0x00, 0x00], // lea rsi,[rip+16]: the text behind the code
    ...[0x66, 0xba, 0xf8, 0x03], // mov dx,0x3f8
    ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // lodsb; test al,al; jz end; out dx,al; jmp lodsb
    ...[0xfa, 0xf4, 0xeb, 0xfd], // cli; hlt; jmp hlt
  ];
  return Buffer.concat([Buffer.from(code), Buffer.from(`${text}\0`, 'latin1')]);
}

/** A UEFI application: the least PE32+ file that firmware starts (UEFI 2.10, 2.1.1; Microsoft's PE Format). */
export function buildTinyEfi(text: string): Buffer {
  const code = buildCode(text);
  if (code.length > 0x200) throw new Error('the text does not fit into a section of 512 bytes');
  const file = Buffer.alloc(fileAt + 0x200);
  file.write('MZ');
  file.writeUInt32LE(0x40, 0x3c);
  file.write('PE\0\0', 0x40, 'latin1');
  file.writeUInt16LE(0x8664, 0x44); // machine: x86-64
  file.writeUInt16LE(1, 0x46); // sections
  file.writeUInt16LE(0xf0, 0x54); // size of the optional header
  file.writeUInt16LE(0x22, 0x56); // executable, large addresses
  const optional = 0x58;
  file.writeUInt16LE(0x20b, optional); // PE32+
  file.writeUInt32LE(0x200, optional + 4); // size of code
  file.writeUInt32LE(sectionAt, optional + 16); // entry point
  file.writeUInt32LE(sectionAt, optional + 20); // base of code
  file.writeUInt32LE(0x1000, optional + 32); // section alignment
  file.writeUInt32LE(0x200, optional + 36); // file alignment
  file.writeUInt32LE(2 * sectionAt, optional + 56); // size of image
  file.writeUInt32LE(fileAt, optional + 60); // size of headers
  file.writeUInt16LE(10, optional + 68); // subsystem: EFI application
  file.writeUInt32LE(16, optional + 108); // data directories, all empty
  const section = optional + 0xf0;
  file.write('.text', section);
  file.writeUInt32LE(0x200, section + 8);
  file.writeUInt32LE(sectionAt, section + 12);
  file.writeUInt32LE(0x200, section + 16);
  file.writeUInt32LE(fileAt, section + 20);
  file.writeUInt32LE(0x6000_0020, section + 36); // code, executable, readable
  code.copy(file, fileAt);
  return file;
}

/** A disk of 8 MiB that is one FAT file system with the application on the path every UEFI firmware tries: `\EFI\BOOT\BOOTX64.EFI`. */
export async function writeTinyEfiDisk(folder: string, text: string, exec: Exec): Promise<string> {
  const disk = join(folder, 'efi.raw');
  const program = join(folder, 'BOOTX64.EFI');
  await mkdir(folder, { recursive: true });
  await writeFile(disk, Buffer.alloc(8 * MiB));
  await writeFile(program, buildTinyEfi(text));
  const options = { timeoutMs: 60_000 };
  await exec.run('mformat', ['-i', disk, '-T', String((8 * MiB) / 512), '-h', '16', '-s', '63', '::'], options);
  await exec.run('mmd', ['-i', disk, '::/EFI', '::/EFI/BOOT'], options);
  await exec.run('mcopy', ['-i', disk, program, '::/EFI/BOOT/BOOTX64.EFI'], options);
  return disk;
}
