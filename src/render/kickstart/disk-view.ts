import type { ImageSpec } from '../../catalog/image-spec.ts';
import { partitionsStartMiB } from '../../catalog/partitions.ts';
import type { View } from '../engine.ts';
import { namedPartitions } from '../partitions.ts';

/** SELinux has contexts of their own for these, and a folder that is made before the policy is there never gets its. */
const ofContainers: readonly string[] = ['/var/lib/containerd', '/var/lib/kubelet'];

/** The part of the view that says how the disk is partitioned, one partition behind the other. */
export function buildDiskView(spec: ImageSpec): View {
  // Both firmwares exist on PCs only.
  const bios = spec.arch === 'amd64';
  let startMiB = partitionsStartMiB(spec);
  // Behind those of the boot loaders and /boot.
  let number = bios ? 4 : 3;
  const partitions = namedPartitions(spec).map(({ name, mount, sizeGiB }) => {
    const partition = { name, mount, number, startMiB, endMiB: startMiB + sizeGiB * 1024 };
    startMiB = partition.endMiB;
    number += 1;
    return partition;
  });
  const relabelled = partitions.filter(({ mount }) => ofContainers.includes(mount)).map(({ mount }) => ({ mount }));
  return { bios, partitions, root: { startMiB, number }, relabelled };
}
