import { type FileHandle, open } from 'node:fs/promises';
import { FactoryError, hasErrno, messageOf } from '../core/errors.ts';
import { KiB } from '../core/sizes.ts';
import { readTarIndex, type TarEntry } from './tar.ts';
import { sectorBytes } from './vmdk-geometry.ts';
import { parseVmdkDescriptor, parseVmdkHeader } from './vmdk-header.ts';

export type DiskInfo = { fileBytes: number; virtualBytes: number } & (
  | { format: 'raw'; partitions: 'gpt' | 'mbr' | 'none' }
  | { format: 'qcow2'; version: number; clusterBytes: number; backingFile: string | undefined }
  | { format: 'vmdk'; createType: string }
  /** `vmdk`: the first one among the members. */
  | { format: 'ova'; members: readonly TarEntry[]; vmdk: TarEntry; createType: string }
);

/**
 * What kind of disk image a file is, by its bytes, never by its name.
 * @throws FactoryError `input.not-found`, or `input.invalid` for what is no disk: saying what it is, as far as it can be seen
 */
export async function inspectDisk(path: string): Promise<DiskInfo> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (hasErrno(error, 'ENOENT')) {
      throw new FactoryError('input.not-found', `there is no file '${path}'`, { cause: error });
    }
    throw new FactoryError('input.invalid', `cannot read '${path}': ${messageOf(error)}`, { cause: error });
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw notDisk(path, stats.isDirectory() ? 'a folder' : 'no regular file');
    return await recognise(handle, path, stats.size);
  } finally {
    await handle.close();
  }
}

function notDisk(path: string, what: string): FactoryError {
  return new FactoryError('input.invalid', `'${path}' is ${what}; accepted: a qcow2, raw, VMDK or OVA disk image`);
}

async function recognise(handle: FileHandle, path: string, fileBytes: number): Promise<DiskInfo> {
  const head = await readAt(handle, 0, 64 * KiB);
  if (head.length === 0) throw notDisk(path, 'empty');
  if (head.toString('latin1', 0, 4) === 'QFI\xfb') {
    if (head.length < qcow2HeaderBytes) throw notDisk(path, 'the beginning of a qcow2 disk, cut short');
    return readQcow2(head, fileBytes);
  }
  const vmdk = vmdkOf(head);
  if (vmdk !== undefined) return { format: 'vmdk', fileBytes, ...vmdk };
  if (head.toString('latin1', 257, 262) === 'ustar') return readOva(handle, path, fileBytes);
  const other = otherKindOf(head);
  if (other !== undefined) throw notDisk(path, other);
  if (fileBytes % sectorBytes !== 0) throw notDisk(path, `${fileBytes} bytes of no known format`);
  return { format: 'raw', fileBytes, virtualBytes: fileBytes, partitions: partitionsOf(head) };
}

/** Of version 2; later ones are longer. */
const qcow2HeaderBytes = 72;

/** Layout: QEMU's docs/interop/qcow2.txt. */
function readQcow2(head: Buffer, fileBytes: number): DiskInfo {
  const nameOffset = Number(head.readBigUInt64BE(8));
  const nameBytes = head.readUInt32BE(16);
  return {
    format: 'qcow2',
    fileBytes,
    virtualBytes: Number(head.readBigUInt64BE(24)),
    version: head.readUInt32BE(4),
    clusterBytes: 2 ** head.readUInt32BE(20),
    backingFile: nameOffset === 0 ? undefined : head.toString('utf8', nameOffset, nameOffset + nameBytes),
  };
}

function vmdkOf(head: Buffer): { virtualBytes: number; createType: string } | undefined {
  if (head.toString('latin1', 0, 21) === '# Disk DescriptorFile') return textVmdk(head.toString('utf8'));
  const header = parseVmdkHeader(head);
  if (header === undefined) return undefined;
  const start = header.descriptorOffset * sectorBytes;
  const text = head.toString('utf8', start, start + header.descriptorSectors * sectorBytes);
  const createType = parseVmdkDescriptor(text).get('createType') ?? 'unknown';
  return { virtualBytes: header.capacitySectors * sectorBytes, createType };
}

/** A descriptor of its own, the data in files beside it. */
function textVmdk(text: string): { virtualBytes: number; createType: string } {
  const extents = [...text.matchAll(/^(?:RW|RDONLY) (\d+) /gm)];
  const sectors = extents.reduce((sum, match) => sum + Number(match[1]), 0);
  return { virtualBytes: sectors * sectorBytes, createType: parseVmdkDescriptor(text).get('createType') ?? 'unknown' };
}

async function readOva(handle: FileHandle, path: string, fileBytes: number): Promise<DiskInfo> {
  const entries = await readMembers(handle, path);
  const vmdk = entries.find((entry) => entry.type === '0' && entry.name.endsWith('.vmdk'));
  if (vmdk === undefined || !entries.some((entry) => entry.name.endsWith('.ovf'))) {
    throw notDisk(path, 'a tar archive without an .ovf and a .vmdk');
  }
  const disk = vmdkOf(await readAt(handle, vmdk.offsetBytes, 64 * KiB));
  if (disk === undefined) throw notDisk(path, `an OVA whose '${vmdk.name}' is no VMDK`);
  return { format: 'ova', fileBytes, members: entries, vmdk, ...disk };
}

async function readMembers(handle: FileHandle, path: string): Promise<TarEntry[]> {
  try {
    return (await readTarIndex(handle)).entries;
  } catch (error) {
    if (!(error instanceof FactoryError) || error.code !== 'verify.failed') throw error;
    throw notDisk(path, `a damaged tar archive (${error.message})`);
  }
}

const magics: readonly (readonly [string, number, string])[] = [
  ['\x1f\x8b', 0, 'gzip data'],
  ['\xfd7zXZ\0', 0, 'xz data'],
  ['\x28\xb5\x2f\xfd', 0, 'zstd data'],
  ['BZh', 0, 'bzip2 data'],
  ['PK\x03\x04', 0, 'a zip archive'],
  ['\x7fELF', 0, 'a program'],
  ['vhdxfile', 0, 'a VHDX disk'],
  ['CD001', 32769, 'an ISO 9660 image'],
];

function otherKindOf(head: Buffer): string | undefined {
  const known = magics.find(([magic, at]) => head.toString('latin1', at, at + magic.length) === magic);
  if (known !== undefined) return known[2];
  const start = head.subarray(0, 64);
  const isText = start.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13);
  return isText ? 'a text file, perhaps an error page that was downloaded' : undefined;
}

function partitionsOf(head: Buffer): 'gpt' | 'mbr' | 'none' {
  if (head.toString('latin1', 512, 520) === 'EFI PART') return 'gpt';
  return head.length >= 512 && head.readUInt16LE(510) === 0xaa55 ? 'mbr' : 'none';
}

async function readAt(handle: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, at);
  return buffer.subarray(0, bytesRead);
}
