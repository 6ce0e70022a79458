import { GiB, MiB } from '../../core/sizes.ts';
import type { DiskIds } from './identity.ts';

export const sectorBytes = 512;
const sectorsPerMiB = MiB / sectorBytes;

export interface Partition {
  name: string;
  startSector: number;
  sectors: number;
  /** GPT partition type. */
  type: string;
  id: string;
}

export interface DiskLayout {
  diskId: string;
  diskBytes: number;
  /** GRUB's core image for BIOS machines, raw. */
  bios: Partition;
  /** FAT: shim and GRUB for UEFI machines. */
  esp: Partition;
  /** ext4, the last one: growpart needs the free space behind it. */
  root: Partition;
}

/** Partitions on MiB borders; the last MiB stays free for the backup table. */
export function planLayout(diskGiB: number, ids: DiskIds): DiskLayout {
  const diskMiB = (diskGiB * GiB) / MiB;
  const at = (name: string, startMiB: number, sizeMiB: number, type: string, id: string): Partition => ({
    name,
    startSector: startMiB * sectorsPerMiB,
    sectors: sizeMiB * sectorsPerMiB,
    type,
    id,
  });
  return {
    diskId: ids.disk,
    diskBytes: diskGiB * GiB,
    bios: at('bios', 1, 1, '21686148-6449-6E6F-744E-656564454649', ids.biosPartition),
    esp: at('esp', 2, 64, 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B', ids.espPartition),
    root: at('root', 66, diskMiB - 67, '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709', ids.rootPartition),
  };
}

/** Input of sfdisk; nothing in it is left for sfdisk to choose. */
export function renderSfdiskScript(layout: DiskLayout): string {
  const partitions = [layout.bios, layout.esp, layout.root].map(
    (part) =>
      `start=${part.startSector}, size=${part.sectors}, type=${part.type}, uuid=${part.id}, name="${part.name}"`,
  );
  return `${['label: gpt', `label-id: ${layout.diskId}`, 'unit: sectors', 'first-lba: 2048', ...partitions].join('\n')}\n`;
}

export function startBytes(partition: Partition): number {
  return partition.startSector * sectorBytes;
}
