import { isPartitionSize, leastRootGiB, mountPoints } from '../config/mount-points.ts';
import type { Arch, ImageSpec, OsFamily, Partition } from './image-spec.ts';

/** Families whose installers are answered with a list of partitions. */
type PartitionedFamily = Extract<OsFamily, 'ubuntu' | 'rhel'>;

/** MiB before the first partition of a person's: alignment, boot loaders, and /boot where it stands by itself. */
const fixedMiB: Readonly<Record<PartitionedFamily, Readonly<Record<Arch, number>>>> = {
  // 1 MiB for the table, on PCs 1 for BIOS, 512 for UEFI.
  ubuntu: { amd64: 514, arm64: 513 },
  // The same with 256 for UEFI, and 1024 for /boot.
  rhel: { amd64: 1282, arm64: 1281 },
};

type Partitioned = Pick<ImageSpec, 'os' | 'arch' | 'source' | 'disk'>;

/** Why this image cannot have partitions of a person's; undefined when it can. */
export function findPartitionObstacle({ os, source }: Partitioned): string | undefined {
  if (source.kind === 'cloudImage') return 'a cloud image has the partitions its vendor gave it';
  if (source.kind === 'bootstrap') return 'a lab image has one file system for everything';
  return isPartitioned(os.family) ? undefined : 'only the installers of Ubuntu and RHEL are told how to partition';
}

function isPartitioned(family: OsFamily): family is PartitionedFamily {
  return family === 'ubuntu' || family === 'rhel';
}

/** Where the first partition of a person's begins, or the root where there is none. */
export function partitionsStartMiB({ os, arch }: Partitioned): number {
  return isPartitioned(os.family) ? fixedMiB[os.family][arch] : 0;
}

/** By mount point, so that what is mounted below another comes after it. */
export function sortPartitions(partitions: readonly Partition[]): Partition[] {
  return [...partitions].sort((a, b) => (a.mount < b.mount ? -1 : 1));
}

/** Those that the config's own rules have nothing against. */
export function soundPartitions({ disk }: Pick<ImageSpec, 'disk'>): Partition[] {
  const sound = (disk.partitions ?? []).filter(
    ({ mount, sizeGiB }) => mountPoints.has(mount) && isPartitionSize(sizeGiB),
  );
  return [...new Map(sound.map((partition) => [partition.mount, partition])).values()];
}

export interface PartitionSum {
  totalGiB: number;
  fixedMiB: number;
  /** Smallest disk for them, in whole GiB. */
  neededGiB: number;
  /** Most they may take together on the disk there is; below 1 for none at all. */
  mostGiB: number;
}

/** What the partitions take together with what is always there and the least root. */
export function sumPartitions(partitions: readonly Partition[], spec: Partitioned): PartitionSum {
  const totalGiB = partitions.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  const startMiB = partitionsStartMiB(spec);
  const besideGiB = Math.ceil(startMiB / 1024) + leastRootGiB;
  return {
    totalGiB,
    fixedMiB: startMiB,
    neededGiB: totalGiB + besideGiB,
    mostGiB: spec.disk.sizeGiB - besideGiB,
  };
}
