import { leastRootGiB } from '../../config/mount-points.ts';
import { type AutoinstallFault, autoinstallFault } from './fault.ts';

type Map = Readonly<Record<string, unknown>>;

const at = ['autoinstall', 'storage'] as const;
const layoutFault = (path: readonly (string | number)[], message: string) =>
  autoinstallFault('layout', [...at, ...path], message);

export interface StorageRules {
  /** Firmware an image of the architecture may meet. */
  firmwares: readonly ('bios' | 'uefi')[];
  /** null: not known. */
  diskGiB: number | null;
}

/** The disk of a node: no swap, no LVM, a loader for each firmware, root last and as large as the disk. */
export function findStorageFaults(storage: unknown, rules: StorageRules): AutoinstallFault[] {
  if (!isMap(storage)) return [layoutFault([], 'is missing: the installer would take LVM and half of the disk')];
  const actions = Array.isArray(storage['config']) ? storage['config'].filter(isMap) : [];
  return [
    ...findSwapFaults(storage, actions),
    ...findLayoutFaults(storage, actions),
    ...findGrubFaults(storage),
    ...findReferenceFaults(actions),
    ...findMountFaults(actions),
    ...(actions.length > 0 ? findDiskFaults(actions, rules) : []),
  ];
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without the key, curtin makes /swap.img beside any `config`. */
function findSwapFaults(storage: Map, actions: readonly Map[]): AutoinstallFault[] {
  const swap = isMap(storage['swap']) ? storage['swap']['size'] : undefined;
  const stated = swap === 0 ? [] : [layoutFault(['swap', 'size'], 'is not 0: kubelet does not start beside swap')];
  const made = actions.flatMap((action, index) =>
    action['fstype'] === 'swap' || action['flag'] === 'swap'
      ? [layoutFault(['config', index], `'${String(action['id'])}' is swap: kubelet does not start beside it`)]
      : [],
  );
  return [...stated, ...made];
}

function findLayoutFaults(storage: Map, actions: readonly Map[]): AutoinstallFault[] {
  const layout = isMap(storage['layout']) ? storage['layout'] : undefined;
  if (layout === undefined) return actions.length > 0 ? [] : [layoutFault(['config'], 'is missing or empty')];
  if (actions.length > 0) return [layoutFault(['layout'], "excludes 'config'")];
  const name = String(layout['name']);
  return name === 'direct' ? [] : [layoutFault(['layout', 'name'], `'${name}' cannot be grown by growpart`)];
}

/** Words of the installer's kernel line would stay in the image; a `ds=` there makes cloud-init in every clone deaf. */
function findGrubFaults(storage: Map): AutoinstallFault[] {
  const grub = isMap(storage['grub']) ? storage['grub'] : {};
  if (grub['replace_linux_default'] === false) return [];
  return [
    layoutFault(['grub', 'replace_linux_default'], "is not false: the installer's kernel words stay in the image"),
  ];
}

const references = { partition: 'device', format: 'volume', mount: 'device' } as const;

function findReferenceFaults(actions: readonly Map[]): AutoinstallFault[] {
  const seen = new Set<unknown>();
  return actions.flatMap((action, index) => {
    const faults: AutoinstallFault[] = [];
    const key = references[action['type'] as keyof typeof references];
    const target = key === undefined ? undefined : action[key];
    if (key !== undefined && target !== undefined && !seen.has(target)) {
      faults.push(layoutFault(['config', index, key], `'${String(target)}' is no action above this one`));
    }
    if (seen.has(action['id'])) faults.push(layoutFault(['config', index, 'id'], `'${String(action['id'])}' is twice`));
    seen.add(action['id']);
    return faults;
  });
}

/** curtin mounts in this order: what is mounted over another hides it. */
function findMountFaults(actions: readonly Map[]): AutoinstallFault[] {
  const seen: string[] = [];
  return actions.flatMap((action, index) => {
    if (action['type'] !== 'mount' || typeof action['path'] !== 'string') return [];
    const path = action['path'];
    const hidden = seen.find((earlier) => earlier === path || earlier.startsWith(path === '/' ? '/' : `${path}/`));
    seen.push(path);
    if (hidden === undefined) return [];
    const message =
      hidden === path ? `'${path}' is there twice` : `'${path}' is mounted over '${hidden}', which is above`;
    return [layoutFault(['config', index, 'path'], message)];
  });
}

function findDiskFaults(actions: readonly Map[], { firmwares, diskGiB }: StorageRules): AutoinstallFault[] {
  const partitions = actions.filter(({ type }) => type === 'partition');
  const faults: AutoinstallFault[] = [];
  const need = (found: boolean, message: string) => {
    if (!found) faults.push(layoutFault(['config'], message));
  };
  const mounted = (path: string) => findMounted(actions, path);
  need(
    actions.some(({ type, ptable }) => type === 'disk' && ptable === 'gpt'),
    'no disk has ptable gpt',
  );
  if (firmwares.includes('bios')) need(partitions.some(isFlagged('bios_grub')), 'there is no partition for BIOS');
  if (firmwares.includes('uefi')) {
    need(partitions.some(isFlagged('boot')) && mounted('/boot/efi') !== undefined, 'there is no EFI system partition');
  }
  need(
    actions.some((action) => action['grub_device'] === true),
    'nothing is a grub_device: the installer finds no place for its loader',
  );
  const root = mounted('/');
  need(root !== undefined, "nothing is mounted on '/'");
  if (root !== undefined) {
    need(root === partitions.at(-1)?.['id'], "'/' is not the last partition: growpart has no room behind it");
    need(
      partitions.some(({ id, size }) => id === root && size === -1),
      "'/' does not take the rest of the disk",
    );
  }
  const used = partitions.reduce((sum, { size }) => sum + readMiB(size), 0);
  if (diskGiB === null) return faults;
  const leftMiB = diskGiB * 1024 - used;
  need(leftMiB >= 0, `the partitions need ${used} MiB, the disk has ${diskGiB * 1024}`);
  const least = leastRootGiB * 1024;
  need(leftMiB < 0 || leftMiB >= least, `'/' is left with ${leftMiB} MiB of the disk, needed are ${least}`);
  return faults;
}

function isFlagged(flag: string): (action: Map) => boolean {
  return (action) => action['flag'] === flag;
}

/** The id of the partition that is mounted there. */
function findMounted(actions: readonly Map[], path: string): unknown {
  const mount = actions.find((action) => action['type'] === 'mount' && action['path'] === path);
  const format = actions.find((action) => action['type'] === 'format' && action['id'] === mount?.['device']);
  return format?.['volume'];
}

const unitMiB: Readonly<Record<string, number>> = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 };

function readMiB(size: unknown): number {
  if (typeof size === 'number') return size > 0 ? size / (1024 * 1024) : 0;
  const [, figure, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT])?/.exec(String(size)) ?? [];
  return Number(figure ?? 0) * (unitMiB[unit] ?? 1 / (1024 * 1024));
}
