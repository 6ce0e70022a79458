import type { ImageSpec, Partition } from '../catalog/image-spec.ts';
import { findMountFault } from '../config/mount-points.ts';
import { FactoryError } from '../core/errors.ts';

/** A partition with a name of letters and hyphens: `var-log`. */
export interface NamedPartition extends Partition {
  name: string;
}

/**
 * The partitions beside the root, in order of their mount points.
 * @throws FactoryError `input.invalid` for a place that none may have: what reads it unquoted must find nothing to stumble over.
 */
export function namedPartitions({ disk }: Pick<ImageSpec, 'disk'>): NamedPartition[] {
  return (disk.partitions ?? []).map(({ mount, sizeGiB }) => {
    const fault = findMountFault(mount);
    if (fault !== undefined)
      throw new FactoryError('input.invalid', `the mount point ${JSON.stringify(mount)} ${fault}`);
    return { name: mount.slice(1).replaceAll('/', '-'), mount, sizeGiB };
  });
}
