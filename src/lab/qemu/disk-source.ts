import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FactoryError, hasErrno, messageOf } from '../../core/errors.ts';
import { findOvaDisk } from './ova-disk.ts';
import type { DiskSource } from './vm-spec.ts';

export interface FoundDisk extends DiskSource {
  /** What the file is: an OVA is opened in place, without unpacking. */
  artifact: 'qcow2' | 'raw' | 'vmdk' | 'ova';
}

/**
 * What a file is, by its content: qcow2, VMDK, OVA (its first VMDK), or raw with a partition table.
 * @throws FactoryError `input.not-found`, `input.invalid`
 */
export async function findDiskSource(path: string): Promise<FoundDisk> {
  const file = resolve(path);
  const handle = await openArtifact(file);
  try {
    const { size } = await handle.stat();
    const head = await readAt(handle, 0, 1024);
    if (head.subarray(0, 4).equals(Buffer.from('QFI\xfb', 'latin1')))
      return { file, format: 'qcow2', artifact: 'qcow2' };
    if (head.subarray(0, 4).toString('latin1') === 'KDMV') return { file, format: 'vmdk', artifact: 'vmdk' };
    if (head.subarray(257, 262).toString('latin1') === 'ustar') {
      const disk = await findOvaDisk((offset, length) => readAt(handle, offset, length), size, file);
      return { file: vmdkInside(file, disk.offset, disk.size), format: 'vmdk', artifact: 'ova' };
    }
    if (head[510] === 0x55 && head[511] === 0xaa) return { file, format: 'raw', artifact: 'raw' };
  } finally {
    await handle.close();
  }
  throw new FactoryError('input.invalid', `'${path}' is not a disk: no qcow2, VMDK, OVA, and no partition table`, {
    hint: 'Give a .qcow2, .raw, .vmdk or .ova file as hnf image build writes them.',
  });
}

/** A block node for the bytes of a VMDK that lie inside another file. */
export function vmdkInside(file: string, offset: number, size: number): string {
  return `json:${JSON.stringify({ driver: 'vmdk', file: { driver: 'raw', offset, size, file: { driver: 'file', filename: file } } })}`;
}

async function openArtifact(path: string): Promise<FileHandle> {
  try {
    const handle = await open(path, 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (cause) {
    if (!hasErrno(cause, 'ENOENT')) {
      throw new FactoryError('input.invalid', `cannot read '${path}': ${messageOf(cause)}`, { cause });
    }
    const hint = 'Build it first, e.g. `hnf image build debian12-lab --format ova`.';
    throw new FactoryError('input.not-found', `'${path}' does not exist`, { hint });
  }
  throw new FactoryError('input.invalid', `'${path}' is not a file`);
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
