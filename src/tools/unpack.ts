import { promisify } from 'node:util';
import { gunzip, inflateRaw } from 'node:zlib';
import { FactoryError } from '../core/errors.ts';

/** Larger than any program we fetch; keeps a hostile archive from filling the memory. */
const maxMemberBytes = 512 * 1024 * 1024;

/**
 * One file of a ZIP archive, found by its central directory.
 * @throws FactoryError `check.failed` when the archive is damaged or has no such file.
 */
export async function readZipMember(archive: Buffer, name: string): Promise<Buffer> {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + 22 > archive.length) throw damaged('it is no ZIP archive');
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count && at + 46 <= archive.length; index += 1) {
    const nameBytes = archive.readUInt16LE(at + 28);
    const entry = archive.toString('utf8', at + 46, at + 46 + nameBytes);
    if (entry === name) return extract(archive, at);
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw damaged(`it has no '${name}'`);
}

async function extract(archive: Buffer, at: number): Promise<Buffer> {
  const method = archive.readUInt16LE(at + 10);
  const packedBytes = archive.readUInt32LE(at + 20);
  const bytes = archive.readUInt32LE(at + 24);
  const local = archive.readUInt32LE(at + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + packedBytes);
  if (method === 0) return packed;
  if (method !== 8 || bytes > maxMemberBytes) throw damaged(`compression method ${method}, ${bytes} bytes`);
  const content = await promisify(inflateRaw)(packed, { maxOutputLength: maxMemberBytes }).catch((cause: unknown) => {
    throw damaged('its content does not unpack', cause);
  });
  if (content.length !== bytes) throw damaged(`${content.length} bytes came out instead of ${bytes}`);
  return content;
}

/** One file of a gzip-compressed tar archive. @throws FactoryError `check.failed` when it is damaged or has no such file. */
export async function readTarGzMember(archive: Buffer, name: string): Promise<Buffer> {
  const tar = await promisify(gunzip)(archive, { maxOutputLength: maxMemberBytes }).catch((cause: unknown) => {
    throw damaged('it is no gzip file', cause);
  });
  for (let at = 0; at + 512 <= tar.length; ) {
    const entry = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const bytes = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8);
    if (entry === '') break;
    if (!Number.isInteger(bytes) || at + 512 + bytes > tar.length) throw damaged('it ends too early');
    if (entry.replace(/^\.\//, '') === name) return tar.subarray(at + 512, at + 512 + bytes);
    at += 512 + Math.ceil(bytes / 512) * 512;
  }
  throw damaged(`it has no '${name}'`);
}

function damaged(what: string, cause?: unknown): FactoryError {
  return new FactoryError('check.failed', `the archive cannot be used: ${what}`, { cause });
}
