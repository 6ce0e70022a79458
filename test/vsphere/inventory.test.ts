import { describe, expect, it } from 'vitest';
import { FactoryError } from '../../src/core/errors.ts';
import { findItem, type InventoryKind, parseInventory, relativeFolder } from '../../src/vsphere/inventory.ts';

const items = parseInventory(`Folder:group-d1                 /
Datacenter:datacenter-2         /dc1
Folder:group-v3                 /dc1/vm
Folder:group-v31                /dc1/vm/templates
Folder:group-v32                /dc1/vm/old/templates
Folder:group-v33                /dc1/vm/old
ClusterComputeResource:domain-c8  /dc1/host/cluster-a
ResourcePool:resgroup-9         /dc1/host/cluster-a/Resources
ResourcePool:resgroup-10        /dc1/host/cluster-a/Resources/builds
Datastore:datastore-59          /dc1/datastore/vsan 1
Network:network-7               /dc1/network/VM Network
DistributedVirtualPortgroup:dvportgroup-13  /dc1/network/VLAN-42
DistributedVirtualPortgroup:dvportgroup-14  /dc1/network/tenant/VLAN-43
DistributedVirtualPortgroup:dvportgroup-15  /dc1/network/other/VLAN-43
`);

function failure(kind: InventoryKind, name: string): FactoryError {
  try {
    findItem(items, kind, name);
  } catch (error) {
    if (error instanceof FactoryError) return error;
  }
  throw new Error(`'${name}' was found`);
}

describe('vsphere/inventory', () => {
  it('reads types, references and paths with blanks', () => {
    expect(items).toHaveLength(14);
    expect(items.at(9)).toEqual({ type: 'Datastore', id: 'datastore-59', path: '/dc1/datastore/vsan 1' });
    expect(parseInventory('')).toEqual([]);
  });

  it.for([
    ['cluster', 'cluster-a', 'domain-c8'],
    ['cluster', '/dc1/host/cluster-a', 'domain-c8'],
    ['datastore', 'vsan 1', 'datastore-59'],
    ['network', 'VM Network', 'network-7'],
    ['network', 'VLAN-42', 'dvportgroup-13'],
    ['network', 'tenant/VLAN-43', 'dvportgroup-14'],
    ['resource pool', 'builds', 'resgroup-10'],
    ['resource pool', '/dc1/host/cluster-a/Resources', 'resgroup-9'],
    ['folder', 'templates', 'group-v31'],
    ['folder', 'old/templates', 'group-v32'],
    ['folder', '/', 'group-d1'],
  ] as const)('%s %s', ([kind, name, id]) => expect(findItem(items, kind, name).id).toBe(id));

  it.for([
    ['cluster', 'cluster-b', "there is no cluster 'cluster-b'; did you mean 'cluster-a'?"],
    ['network', 'VM Netwrok', "there is no network 'VM Netwrok'; did you mean 'VM Network'?"],
    ['folder', 'template', "there is no folder 'template'; did you mean 'templates'?"],
    ['host', 'esx1', "there is no host 'esx1'"],
  ] as const)('%s %s: did you mean', ([kind, name, message]) => expect(failure(kind, name).message).toBe(message));

  it('tells what the account sees, or that it sees nothing', () => {
    expect(failure('datastore', 'x').hint).toBe('The account sees: vsan 1.');
    expect(failure('host', 'x').hint).toMatch(/sees no host at all: check its permissions/);
  });

  it('does not choose between two', () => {
    expect(failure('network', 'VLAN-43').message).toMatch(
      /ambiguous: \/dc1\/network\/tenant\/VLAN-43, \/dc1\/network\/other/,
    );
  });

  it.for([
    ['/dc1/vm', ''],
    ['/dc1/vm/templates', 'templates'],
    ['/f/dc1/vm/a/b', 'a/b'],
    ['templates/linux', 'templates/linux'],
  ] as const)('the folder %s is %s to the plugin', ([path, folder]) => expect(relativeFolder(path)).toBe(folder));
});
