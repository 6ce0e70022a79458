import { brokenError } from './block-reader.ts';

export const blockBytes = 512;

export interface TarHeader {
  path: string;
  bytes: number;
  /** One letter; `0` and NUL are plain files, `5` a folder. */
  type: string;
}

/** @throws FactoryError `input.invalid` for a block that is no header, or a damaged one */
export function parseTarHeader(header: Buffer, where: string): TarHeader {
  checkHeaderSum(header, where);
  return { path: pathOf(header), bytes: sizeOf(header, where), type: header.toString('latin1', 156, 157) };
}

function checkHeaderSum(header: Buffer, where: string): void {
  let sum = 0;
  for (let at = 0; at < blockBytes; at += 1) sum += at >= 148 && at < 156 ? 0x20 : header.readUInt8(at);
  if (Number.parseInt(textAt(header, 148, 8), 8) !== sum) throw brokenError(where, 'this is no tar, or a damaged one');
}

/** ustar splits a long path; GNU's magic means other things in that place. */
function pathOf(header: Buffer): string {
  const name = textAt(header, 0, 100);
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? textAt(header, 345, 155) : '';
  const path = prefix === '' ? name : `${prefix}/${name}`;
  return path.startsWith('./') ? path.slice(2) : path;
}

function sizeOf(header: Buffer, where: string): number {
  const isBinary = (header.readUInt8(124) & 0x80) !== 0;
  const size = isBinary ? Number(header.readBigUInt64BE(128)) : Number.parseInt(textAt(header, 124, 12) || '0', 8);
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw brokenError(where, `'${pathOf(header)}' has no size`);
}

function textAt(header: Buffer, at: number, length: number): string {
  const text = header.toString('latin1', at, at + length);
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trim();
}
