import type { FileHandle } from 'node:fs/promises';
import { FactoryError } from '../core/errors.ts';
import { GiB } from '../core/sizes.ts';

export const tarBlockBytes = 512;
/** What ends an archive: two blocks of zeros. */
export const tarEndBytes = 2 * tarBlockBytes;
/** Eleven octal digits. A larger size is written the GNU way (base-256), which vSphere reads; PAX headers it does not. */
const largestOctalBytes = 8 * GiB - 1;

export interface TarMember {
  /** A plain file name: no folders. */
  name: string;
  sizeBytes: number;
  /** Seconds since 1970. */
  mtimeSeconds: number;
}

/** The size as it takes room in the archive: whole blocks. */
export function paddedBytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / tarBlockBytes) * tarBlockBytes;
}

/**
 * One header block: ustar, owner 0:0, mode 0644, no user names. From 8 GiB on the size is base-256 and the magic GNU's.
 * @throws FactoryError `input.invalid` for a name ustar cannot hold.
 */
export function renderTarHeader(member: TarMember): Buffer {
  if (!/^[\x21-\x7e]{1,100}$/.test(member.name) || member.name.includes('/')) {
    const hint = 'Use up to 100 letters, digits, dots and dashes.';
    throw new FactoryError('input.invalid', `'${member.name}' cannot be a file name in an OVA`, { hint });
  }
  const isLarge = member.sizeBytes > largestOctalBytes;
  const header = Buffer.alloc(tarBlockBytes);
  header.write(member.name, 0, 'latin1');
  header.write('0000644\x000000000\x000000000\0', 100, 'latin1');
  header.write(isLarge ? base256(member.sizeBytes) : octal(member.sizeBytes), 124, 'latin1');
  header.write(octal(member.mtimeSeconds), 136, 'latin1');
  header.write('        0', 148, 'latin1');
  header.write(isLarge ? 'ustar  \0' : 'ustar\x0000', 257, 'latin1');
  header.write(`${tarChecksum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

function octal(value: number): string {
  return `${value.toString(8).padStart(11, '0')}\0`;
}

function base256(value: number): string {
  const field = Buffer.alloc(12);
  field.writeUInt8(0x80, 0);
  field.writeBigUInt64BE(BigInt(value), 4);
  return field.toString('latin1');
}

/** Sum of the header's bytes with its own field read as blanks. */
function tarChecksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < tarBlockBytes; at++) sum += at >= 148 && at < 156 ? 0x20 : header.readUInt8(at);
  return sum;
}

export interface TarEntry extends TarMember {
  /** `0` is a file; `x` and `g` are PAX headers, `L` and `K` GNU long names. */
  type: string;
  magic: 'ustar' | 'gnu' | 'none';
  /** Where the member's bytes begin in the archive. */
  offsetBytes: number;
}

export interface TarIndex {
  entries: TarEntry[];
  /** Two blocks of zeros stand behind the last member. */
  isEnded: boolean;
}

/** The members in order, from the headers alone. @throws FactoryError `verify.failed` for a broken header. */
export async function readTarIndex(handle: FileHandle): Promise<TarIndex> {
  const entries: TarEntry[] = [];
  const block = Buffer.alloc(tarEndBytes);
  let at = 0;
  for (;;) {
    const { bytesRead } = await handle.read(block, 0, tarEndBytes, at);
    const header = block.subarray(0, tarBlockBytes);
    if (bytesRead < tarBlockBytes || header.every((byte) => byte === 0)) {
      return { entries, isEnded: bytesRead === tarEndBytes && block.every((byte) => byte === 0) };
    }
    const entry = parseTarHeader(header, at);
    entries.push(entry);
    at = entry.offsetBytes + paddedBytes(entry.sizeBytes);
  }
}

function parseTarHeader(header: Buffer, at: number): TarEntry {
  const written = Number.parseInt(textAt(header, 148, 8), 8);
  if (written !== tarChecksum(header)) {
    throw new FactoryError('verify.failed', `no tar header at byte ${at}: its checksum does not match`);
  }
  const sizeBytes = numberAt(header, 124);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new FactoryError('verify.failed', `the tar header at byte ${at} gives no size`);
  }
  const magic = header.toString('latin1', 257, 265);
  return {
    name: textAt(header, 0, 100),
    sizeBytes,
    mtimeSeconds: numberAt(header, 136),
    type: header.readUInt8(156) === 0 ? '0' : header.toString('latin1', 156, 157),
    magic: magic === 'ustar\x0000' ? 'ustar' : magic === 'ustar  \0' ? 'gnu' : 'none',
    offsetBytes: at + tarBlockBytes,
  };
}

function textAt(header: Buffer, at: number, length: number): string {
  const text = header.toString('latin1', at, at + length);
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trim();
}

function numberAt(header: Buffer, at: number): number {
  if (header.readUInt8(at) === 0x80) return Number(header.readBigUInt64BE(at + 4));
  return Number.parseInt(textAt(header, at, 12) || '0', 8);
}
