import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const messageAt = 0x40;

/**
 * A whole guest in a boot sector: writes a text on the first serial port, then stops for ever or resets the machine (which ends
 * QEMU, as it runs with -no-reboot). Real QEMU, no Linux: what is tested is our side.
 */
export function buildTinyGuest(text: string, then: 'halt' | 'reset'): Uint8Array {
  const code = [
    ...[0x31, 0xc0, 0x8e, 0xd8], // xor ax,ax; mov ds,ax
    ...[0xbe, messageAt, 0x7c], // mov si,0x7c00+messageAt
    ...[0xba, 0xf8, 0x03], // mov dx,0x3f8
    ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // lodsb; test al,al; jz end; out dx,al; jmp lodsb
    ...(then === 'reset' ? [0xb0, 0xfe, 0xe6, 0x64] : []), // mov al,0xfe; out 0x64,al: the keyboard controller's reset line
    ...[0xfa, 0xf4, 0xeb, 0xfd], // cli; hlt; jmp hlt
  ];
  const disk = Buffer.alloc(1024 * 1024);
  disk.set(code);
  if (messageAt + text.length + 1 > 510) throw new Error('the text does not fit into a boot sector');
  disk.write(`${text}\0`, messageAt, 'latin1');
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

export async function writeTinyGuest(folder: string, text: string, then: 'halt' | 'reset'): Promise<string> {
  const path = join(folder, 'tiny.raw');
  await writeFile(path, buildTinyGuest(text, then));
  return path;
}
