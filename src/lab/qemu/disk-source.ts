import { resolve } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { inspectDisk } from '../../formats/inspect-disk.ts';
import { qemuMemberFilename } from '../../formats/qemu-member.ts';
import type { DiskSource } from './vm-spec.ts';

export interface FoundDisk extends DiskSource {
  /** What the file is: an OVA is opened in place, without unpacking. */
  artifact: 'qcow2' | 'raw' | 'vmdk' | 'ova';
}

/**
 * How QEMU opens an artifact, by its content: qcow2, VMDK, OVA (its first VMDK), or raw with a partition table.
 * @throws FactoryError `input.not-found`, `input.invalid`
 */
export async function findDiskSource(path: string): Promise<FoundDisk> {
  const file = resolve(path);
  const disk = await inspectDisk(file);
  if (disk.format === 'raw' && disk.partitions === 'none') {
    throw new FactoryError('input.invalid', `'${path}' has no partition table: nothing can be booted from it`, {
      hint: 'Give a .qcow2, .raw, .vmdk or .ova file as hnf image build writes them.',
    });
  }
  if (disk.format !== 'ova') return { file, format: disk.format, artifact: disk.format };
  const { name, offsetBytes, sizeBytes } = disk.vmdk;
  if (offsetBytes + sizeBytes > disk.fileBytes) {
    throw new FactoryError('input.invalid', `'${path}' is cut off: it ends inside '${name}'`);
  }
  return { file: qemuMemberFilename(file, offsetBytes, sizeBytes), format: 'vmdk', artifact: 'ova' };
}
