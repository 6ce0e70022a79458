import { suggestion } from '../config/did-you-mean.ts';
import { FactoryError } from '../core/errors.ts';
import type { Govc } from './govc.ts';

/** One thing in a vCenter, from `govc find -l -i`. */
export interface InventoryItem {
  /** As the API calls it: `Datastore`, `ClusterComputeResource` … */
  type: string;
  /** Managed object reference without the type: `datastore-59`. */
  id: string;
  /** `/DC0/datastore/LocalDS_0`. */
  path: string;
}

/** What a build names, as a person calls it, with the types that may be meant. */
export const inventoryKinds = {
  datacenter: ['Datacenter'],
  cluster: ['ClusterComputeResource', 'ComputeResource'],
  host: ['HostSystem'],
  'resource pool': ['ResourcePool', 'VirtualApp'],
  datastore: ['Datastore'],
  network: ['Network', 'DistributedVirtualPortgroup', 'OpaqueNetwork'],
  folder: ['Folder'],
} as const satisfies Record<string, readonly string[]>;
export type InventoryKind = keyof typeof inventoryKinds;

const listedTypes = [...new Set(Object.values(inventoryKinds).flat())];

/** Everything a build may name; machines are left out, there may be thousands. */
export async function readInventory(govc: Govc): Promise<InventoryItem[]> {
  const types = listedTypes.flatMap((type) => ['-type', type]);
  return parseInventory(await govc.run(['find', '-l', '-i', ...types, '/'], { timeoutMs: 5 * 60_000 }));
}

/** Pure. */
export function parseInventory(output: string): InventoryItem[] {
  return output.split('\n').flatMap((line) => {
    const match = /^(\w+):(\S+)\s+(\/.*)$/.exec(line);
    return match === null ? [] : [{ type: match[1] ?? '', id: match[2] ?? '', path: match[3] ?? '' }];
  });
}

/** Below a datacenter; all of them when `path` is undefined. */
export function itemsBelow(items: readonly InventoryItem[], path: string | undefined): InventoryItem[] {
  return items.filter((item) => path === undefined || item.path === path || item.path.startsWith(`${path}/`));
}

/**
 * The one item a person means by a name, a part of a path or a whole inventory path. Pure.
 * @throws FactoryError `input.not-found` with the nearest name, `input.invalid` when several are meant
 */
export function findItem(items: readonly InventoryItem[], kind: InventoryKind, name: string): InventoryItem {
  const candidates = items.filter((item) => (inventoryKinds[kind] as readonly string[]).includes(item.type));
  const found = candidates.filter((item) => item.path === name || item.path.endsWith(`/${name.replace(/^\/+/, '')}`));
  const exact = found.filter((item) => item.path === name || shortName(item, kind) === name);
  const meant = exact.length === 1 ? exact : found;
  if (meant[0] !== undefined && meant.length === 1) return meant[0];
  if (meant.length > 1) {
    const message = `${kind} '${name}' is ambiguous: ${meant.map((item) => item.path).join(', ')}`;
    throw new FactoryError('input.invalid', message, { hint: 'Give the whole inventory path.' });
  }
  const names = candidates.map((item) => shortName(item, kind));
  const known = [...new Set(names)].sort().slice(0, 10).join(', ');
  const message = `there is no ${kind} '${name}'${suggestion(name, names)}`;
  throw new FactoryError('input.not-found', message, {
    hint: known === '' ? `The account sees no ${kind} at all: check its permissions.` : `The account sees: ${known}.`,
  });
}

/** As the plugin wants it: folders and pools relative to their root, the others by name. */
function shortName(item: InventoryItem, kind: InventoryKind): string {
  if (kind === 'folder') return relativeFolder(item.path);
  return item.path.split('/').at(-1) ?? item.path;
}

/** `/DC0/vm/templates/linux` → `templates/linux`; the root of the machines is ''. */
export function relativeFolder(path: string): string {
  return path.replace(/^.*?\/vm(\/|$)/, '');
}
