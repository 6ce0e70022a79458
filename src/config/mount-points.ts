import { suggestion } from './did-you-mean.ts';

/**
 * What may have a file system of its own beside the root, with the least size in GiB. CIS asks for most of them; the two of containerd and
 * kubelet keep what pods write away from the system. Below /var and /var/lib packages and the SSM agent's snap are unpacked while the
 * image is built: their sizes are estimates.
 */
export const mountPoints: ReadonlyMap<string, number> = new Map([
  ['/home', 1],
  ['/opt', 1],
  ['/srv', 1],
  ['/tmp', 1],
  ['/var', 4],
  ['/var/lib', 4],
  ['/var/lib/containerd', 1],
  ['/var/lib/kubelet', 1],
  ['/var/log', 1],
  ['/var/log/audit', 1],
  ['/var/tmp', 1],
]);

/** What stays for the root, in GiB: the system, nodeadm's programs and room to run. An estimate. */
export const leastRootGiB = 8;

export const mostPartitionGiB = 2048;

const known = [...mountPoints.keys()];
export const mountPointsAccepted = known.join(', ');

/** Partitions that are made without being asked for, or never. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['/', 'is there without being asked for: it comes last and takes the rest of the disk'],
  ['/boot', 'is made as the boot loaders need it'],
  ['/boot/efi', 'is made as the boot loaders need it'],
  ['swap', 'would be swap, and kubelet does not start beside it'],
]);

export function isPartitionSize(sizeGiB: number): boolean {
  return Number.isInteger(sizeGiB) && sizeGiB >= 1 && sizeGiB <= mostPartitionGiB;
}

/** What is wrong with a mount point, in words with what is accepted; undefined when nothing is. */
export function findMountFault(mount: string): string | undefined {
  if (mountPoints.has(mount)) return undefined;
  return `${findReason(mount)}; accepted: ${mountPointsAccepted}${suggestion(mount, known)}`;
}

function findReason(mount: string): string {
  const reason = reasons.get(mount);
  if (reason !== undefined) return reason;
  if (!mount.startsWith('/')) return 'is no absolute path';
  const isPlain = mount.split('/').every((part, at) => at === 0 || !['', '.', '..'].includes(part));
  return isPlain ? 'cannot be a file system of its own here' : "has empty parts, '.' or '..' in it";
}
