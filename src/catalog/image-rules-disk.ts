import { quote } from '../config/findings.ts';
import { leastRootGiB, mountPoints } from '../config/mount-points.ts';
import { fault } from './image-fault.ts';
import type { ImageDraft, ImageFault, ImageRule } from './image-rules.ts';
import type { Partition } from './image-spec.ts';
import { findPartitionObstacle, soundPartitions, sumPartitions } from './partitions.ts';

/** Whether the disk holds what it is to hold. */
export const diskRules: readonly ImageRule[] = [
  diskIsLargeEnough,
  partitionsCanBeMade,
  partitionsAreLargeEnough,
  partitionsFit,
];

function diskIsLargeEnough({ spec, leastDiskGiB }: ImageDraft): ImageFault[] {
  if (spec.disk.sizeGiB >= leastDiskGiB) return [];
  const message = `${spec.disk.sizeGiB} GiB are too few for the system and nodeadm's programs; accepted: at least ${leastDiskGiB}`;
  return fault('disk.sizeGiB', message, `Use ${leastDiskGiB} or more.`);
}

const path = 'disk.partitions';

function partitionsCanBeMade({ spec }: ImageDraft): ImageFault[] {
  const { partitions } = spec.disk;
  const obstacle = partitions === undefined ? undefined : findPartitionObstacle(spec);
  if (partitions === undefined || obstacle === undefined) return [];
  const message = `${quote(listOf(partitions))} cannot be made: ${obstacle}; accepted: for images from the installer ISO of Ubuntu or RHEL`;
  return fault(path, message, 'Remove disk.partitions, or use --source iso where Ubuntu or RHEL has one.');
}

function partitionsAreLargeEnough({ spec }: ImageDraft): ImageFault[] {
  if (findPartitionObstacle(spec) !== undefined) return [];
  return soundPartitions(spec).flatMap(({ mount, sizeGiB }) => {
    const least = mountPoints.get(mount) ?? 0;
    if (sizeGiB >= least) return [];
    const message = `${sizeGiB} GiB are too few for '${mount}': packages are unpacked below it while the image is built; accepted: at least ${least}`;
    return fault(path, message, `Use ${least} or more.`);
  });
}

function partitionsFit({ spec }: ImageDraft): ImageFault[] {
  if (findPartitionObstacle(spec) !== undefined) return [];
  const partitions = soundPartitions(spec);
  const { totalGiB, fixedMiB, neededGiB, mostGiB } = sumPartitions(partitions, spec);
  if (partitions.length === 0 || neededGiB <= spec.disk.sizeGiB) return [];
  const beside = `beside ${fixedMiB} MiB for booting and at least ${leastRootGiB} GiB for '/'`;
  const smaller = mostGiB < 1 ? '' : `, or at most ${mostGiB} GiB of partitions on this one`;
  const message = `${listOf(partitions)} are ${totalGiB} GiB, which do not fit on a disk of ${spec.disk.sizeGiB} GiB ${beside}; accepted: a disk of ${neededGiB} GiB or more${smaller}`;
  return fault(path, message, `Set disk.sizeGiB to ${neededGiB} or more, or make them smaller.`);
}

/** `/var 10 GiB, /var/log 5 GiB` */
function listOf(partitions: readonly Partition[]): string {
  return partitions.map(({ mount, sizeGiB }) => `${mount} ${sizeGiB} GiB`).join(', ');
}
