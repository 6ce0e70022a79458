import type { Govc } from '../../vsphere/govc.ts';
import { findItem, type InventoryItem, itemsBelow, readInventory, relativeFolder } from '../../vsphere/inventory.ts';
import type { CompleteTarget } from './check-request.ts';

/** Where a build happens, looked up in the vCenter. */
export interface Place {
  root: InventoryItem;
  datacenter: InventoryItem;
  cluster: InventoryItem | undefined;
  esxiHost: InventoryItem | undefined;
  resourcePool: InventoryItem;
  datastore: InventoryItem;
  network: InventoryItem;
  /** The folder of the result; the datacenter's own when none was named. */
  folder: InventoryItem;
}

/** @throws FactoryError `input.not-found` with the nearest name, `input.invalid` for a name that means several things */
export async function findPlace(govc: Govc, target: CompleteTarget): Promise<Place> {
  return choosePlace(await readInventory(govc), target);
}

/** Pure. */
export function choosePlace(items: readonly InventoryItem[], target: CompleteTarget): Place {
  const datacenter = chooseDatacenter(items, target.datacenter);
  const here = itemsBelow(items, datacenter.path);
  const cluster = target.cluster ? findItem(here, 'cluster', target.cluster) : undefined;
  const compute = itemsBelow(here, cluster?.path);
  const esxiHost = target.esxiHost ? findItem(compute, 'host', target.esxiHost) : undefined;
  return {
    root: findItem(items, 'folder', '/'),
    datacenter,
    cluster,
    esxiHost,
    resourcePool: choosePool(here, cluster ?? esxiHost, target.resourcePool),
    datastore: findItem(here, 'datastore', target.datastore),
    network: findItem(here, 'network', target.network),
    folder: chooseFolder(here, datacenter, target.folder),
  };
}

function chooseDatacenter(items: readonly InventoryItem[], name: string | undefined): InventoryItem {
  const all = items.filter((item) => item.type === 'Datacenter');
  if (name) return findItem(items, 'datacenter', name);
  const [only] = all;
  return only !== undefined && all.length === 1 ? only : findItem(items, 'datacenter', '');
}

/** A name that is not there would make the plugin take some other pool, without a word. */
function choosePool(
  items: readonly InventoryItem[],
  compute: InventoryItem | undefined,
  name: string | undefined,
): InventoryItem {
  // A host alone has its pool beside it, in its compute resource.
  const owner = compute?.type === 'HostSystem' ? compute.path.split('/').slice(0, -1).join('/') : (compute?.path ?? '');
  const pools = itemsBelow(items, owner === '' ? undefined : owner);
  return name ? findItem(pools, 'resource pool', name) : findItem(pools, 'resource pool', `${owner}/Resources`);
}

function chooseFolder(
  items: readonly InventoryItem[],
  datacenter: InventoryItem,
  name: string | undefined,
): InventoryItem {
  const own = `${datacenter.path}/vm`;
  const machineFolders = items.filter((item) => item.path === own || item.path.startsWith(`${own}/`));
  if (!name) return findItem(machineFolders, 'folder', own);
  return findItem(machineFolders, 'folder', name.startsWith('/') ? name : `${own}/${relativeFolder(name)}`);
}

/** Inventory path of the machine or template. Pure. */
export function machinePath(place: Place, name: string): string {
  return `${place.folder.path}/${name}`;
}
