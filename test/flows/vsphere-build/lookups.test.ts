import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isVcenterPath } from '../../../src/config/vcenter-path.ts';
import { checkRequest } from '../../../src/flows/vsphere-build/check-request.ts';
import { ovfMachine } from '../../../src/flows/vsphere-build/export-ova.ts';
import { findCacheName } from '../../../src/flows/vsphere-build/find-iso.ts';
import { createMark, isImage, machineNotes } from '../../../src/flows/vsphere-build/names.ts';
import { poolName } from '../../../src/flows/vsphere-build/packer-build.ts';
import { choosePlace } from '../../../src/flows/vsphere-build/place.ts';
import { findUserPlugin, listPluginFolders } from '../../../src/flows/vsphere-build/plugin.ts';
import type { VsphereBuildRequest } from '../../../src/flows/vsphere-build/request.ts';
import { judgeMachine } from '../../../src/flows/vsphere-build/verify-machine.ts';
import { hostPlatform } from '../../../src/tools/platform.ts';
import { parseInventory } from '../../../src/vsphere/inventory.ts';
import type { Machine } from '../../../src/vsphere/machines.ts';
import { findCell } from '../../render/cells.ts';

const iso = findCell('ubuntu24-amd64-iso-vsphere-iso-ssm');
const clone = findCell('ubuntu24-amd64-cloud-image-vsphere-clone-ssm');

const noPlaces = {
  insecure: false,
  caCertificates: '',
  datacenter: undefined,
  cluster: undefined,
  esxiHost: undefined,
  resourcePool: undefined,
  folder: undefined,
  template: undefined,
  contentLibrary: undefined,
};

const machine: Machine = {
  reference: 'VirtualMachine:vm-42',
  name: 'ubuntu24-1.34.2',
  isTemplate: true,
  isOn: false,
  firmware: iso.build.firmware,
  hardwareVersion: 15,
  guestOsType: 'ubuntu64Guest',
  cpus: 2,
  memoryMiB: 4096,
  annotation: '',
  extraConfig: { 'disk.EnableUUID': 'TRUE' },
  diskBytes: [20 * 2 ** 30],
};
const devices = ['ParaVirtualSCSIController', 'VirtualDisk', 'VirtualVmxnet3'];

describe('config/vcenter-path', () => {
  it.for([
    ['[ds] iso/a.iso', true],
    ['Library/item/a.iso', true],
    ['https://example.org/a.iso', false],
    ['file:///srv/a.iso', false],
    ['/srv/a.iso', false],
    ['./a.iso', false],
    ['../a.iso', false],
  ] as const)('%s is on the vCenter: %s', ([url, there]) => expect(isVcenterPath(url)).toBe(there));
});

describe('flows/vsphere-build/check-request', () => {
  const target = { ...noPlaces, server: 'v', user: 'u', password: 'p', datastore: 'ds', network: 'n', cluster: 'c' };
  const request: VsphereBuildRequest = {
    spec: clone,
    formats: ['vsphere'],
    target,
    outputFolder: '/out',
    cacheFolder: '/cache',
    useCache: true,
    force: false,
    plugin: 'auto',
    redhat: { username: undefined, organization: undefined },
    secrets: {},
    packerVariables: {},
    toolVersion: '0',
  };
  const mirrored = { ...clone, nodeadm: { ...clone.nodeadm, artifacts: { kind: 'mirror' as const } } };
  const archive = { kind: 'archive' as const, url: '/x.tar', sha256: 'a'.repeat(64) };
  const preloading = { ...clone, profile: { ...clone.profile, preload: [{ reference: 'a/b:1', from: archive }] } };

  it('lets a complete request through', () => expect(checkRequest(request).datastore).toBe('ds'));

  it('names what is missing', () => {
    const incomplete = { ...request, target: { ...target, password: '', network: undefined } };
    expect(() => checkRequest(incomplete)).toThrow(/needs password, network$/);
  });

  it.for([
    [mirrored, 'mirror_url', /mirror of this machine cannot be reached/],
    [preloading, 'preload_directory', /archives, whose folder is not known/],
  ] as const)('does not promise the guest what it cannot reach', ([spec, variable, words]) => {
    expect(() => checkRequest({ ...request, spec })).toThrow(words);
    expect(checkRequest({ ...request, spec, packerVariables: { [variable]: 'x' } }).server).toBe('v');
  });
});

describe('flows/vsphere-build/find-iso', () => {
  const sum = '0123456789abcdef'.repeat(4);

  it('knows what Packer calls an installer on the datastore', () => {
    const source = (url: string, checksum: string | null) => findCacheName({ kind: 'iso', url, checksum });
    const name = `${createHash('sha1').update(`sha256:${sum}`).digest('hex')}.iso`;
    expect(source('https://example.org/a.iso', `sha256:${sum.toUpperCase()}`)).toBe(name);
    expect(source('/srv/my.iso', `sha256:${sum}`)).toBe('my.iso');
    expect(source('file:///srv/my%20own.iso', 'none')).toBe('my own.iso');
    expect(source('https://example.org/a.iso', 'file:https://example.org/SHA256SUMS')).toBeUndefined();
  });
});

describe('flows/vsphere-build/place', () => {
  const items = parseInventory(`Folder:group-d1  /
Datacenter:datacenter-2  /dc1
Folder:group-v3  /dc1/vm
Folder:group-v4  /dc1/vm/templates
ClusterComputeResource:domain-c8  /dc1/host/c1
HostSystem:host-1  /dc1/host/c1/esx1
ResourcePool:resgroup-9  /dc1/host/c1/Resources
ResourcePool:resgroup-10  /dc1/host/c1/Resources/builds
ComputeResource:domain-s1  /dc1/host/alone
HostSystem:host-2  /dc1/host/alone/alone
ResourcePool:resgroup-11  /dc1/host/alone/Resources
Datastore:datastore-5  /dc1/datastore/ds
Network:network-7  /dc1/network/VM Network
`);
  const target = {
    ...noPlaces,
    server: 'v',
    user: 'u',
    password: 'p',
    cluster: 'c1',
    datastore: 'ds',
    network: 'VM Network',
  };

  it('takes the only datacenter, the cluster’s own pool and the datacenter’s own folder', () => {
    const place = choosePlace(items, target);
    expect(place.datacenter.path).toBe('/dc1');
    expect(place.resourcePool.path).toBe('/dc1/host/c1/Resources');
    expect(place.folder.path).toBe('/dc1/vm');
    expect(place.root.path).toBe('/');
  });

  it('takes what is named', () => {
    const place = choosePlace(items, { ...target, resourcePool: 'builds', folder: 'templates', esxiHost: 'esx1' });
    expect([place.resourcePool.id, place.folder.id, place.esxiHost?.id]).toEqual(['resgroup-10', 'group-v4', 'host-1']);
    expect(choosePlace(items, { ...target, folder: '/dc1/vm/templates' }).folder.id).toBe('group-v4');
  });

  it('finds the pool of a host that is in no cluster', () => {
    expect(choosePlace(items, { ...target, cluster: undefined, esxiHost: 'alone' }).resourcePool.id).toBe(
      'resgroup-11',
    );
  });

  it('does not look for a host in another cluster', () => {
    expect(() => choosePlace(items, { ...target, esxiHost: 'alone' })).toThrow(/there is no host 'alone'/);
  });

  it.for([
    ['/dc1/host/c1/Resources', ''],
    ['/dc1/host/c1/Resources/a/b', 'a/b'],
  ] as const)('calls the pool %s %s', ([path, name]) => expect(poolName(path)).toBe(name));
});

describe('flows/vsphere-build/names', () => {
  it('recognises its own image in the notes, and no other', () => {
    const notes = machineNotes(iso, 'a'.repeat(64), createMark());
    expect(isImage({ ...machine, annotation: notes }, 'a'.repeat(64))).toBe(true);
    expect(isImage({ ...machine, annotation: notes }, 'b'.repeat(64))).toBe(false);
    expect(isImage({ ...machine, annotation: notes, isTemplate: false }, 'a'.repeat(64))).toBe(false);
    expect(createMark()).not.toBe(createMark());
  });
});

describe('flows/vsphere-build/verify-machine', () => {
  it('has nothing to say about what was asked for', () => {
    const checks = judgeMachine(iso, machine, devices);
    expect(checks.filter((check) => check.status === 'fail')).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(12);
    expect(judgeMachine(clone, machine, devices).map(({ id }) => id)).not.toContain('firmware');
  });

  it.for([
    ['template', { isTemplate: false }, devices],
    ['template', { isOn: true }, devices],
    ['processors', { cpus: 1 }, devices],
    ['memory', { memoryMiB: 2048 }, devices],
    ['disk', { diskBytes: [10 * 2 ** 30] }, devices],
    ['disk', { diskBytes: [20 * 2 ** 30, 2 ** 30] }, devices],
    ['firmware', { firmware: iso.build.firmware === 'uefi' ? ('bios' as const) : ('uefi' as const) }, devices],
    ['hardware version', { hardwareVersion: 21 }, devices],
    ['guest type', { guestOsType: 'otherGuest' }, devices],
    ['disk.EnableUUID', { extraConfig: {} }, devices],
    ['no guestinfo', { extraConfig: { 'disk.EnableUUID': 'TRUE', 'guestinfo.userdata': 'x' } }, devices],
    ['no CD drive', {}, [...devices, 'VirtualCdrom']],
    ['network card', {}, ['ParaVirtualSCSIController', 'VirtualE1000']],
    ['disk controller', {}, ['VirtualLsiLogicController', 'VirtualVmxnet3']],
  ] as const)('finds %s', ([id, change, types]) => {
    const failed = judgeMachine(iso, { ...machine, ...change }, types).filter((check) => check.status === 'fail');
    expect(failed.map((check) => check.id)).toEqual([id]);
  });
});

describe('flows/vsphere-build/export-ova', () => {
  it('describes an installed machine as the catalog does, a clone as its template is', () => {
    expect(ovfMachine(iso, 'f'.repeat(64), undefined)).toMatchObject({
      hardwareVersion: 15,
      firmware: iso.build.firmware,
    });
    const template: Machine = { ...machine, hardwareVersion: 10, firmware: 'bios', guestOsType: 'otherLinux64Guest' };
    expect(ovfMachine(clone, 'f'.repeat(64), template)).toMatchObject({
      hardwareVersion: 13,
      firmware: 'bios',
      guestOsType: 'otherLinux64Guest',
      cpus: 2,
    });
  });
});

describe('flows/vsphere-build/plugin', () => {
  const { os, arch } = hostPlatform();

  function place(folder: string, version: string, sum?: string): void {
    const path = join(folder, `github.com/vmware/vsphere/packer-plugin-vsphere_v${version}_x5.0_${os}_${arch}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, version);
    writeFileSync(`${path}_SHA256SUM`, sum ?? createHash('sha256').update(version).digest('hex'));
  }

  it('takes the newest whole release 2.x of the user’s', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plugins-'));
    const env = { PACKER_PLUGIN_PATH: folder };
    expect(await findUserPlugin(env)).toBeUndefined();
    for (const version of ['2.0.0', '2.9.1', '2.10.0', '3.0.0', '1.4.2']) place(folder, version);
    place(folder, '2.11.0', '0'.repeat(64));
    expect(await findUserPlugin(env)).toEqual({ kind: 'vmware', version: '2.10.0', folder });
  });

  it('looks where Packer looks, in its order', () => {
    expect(listPluginFolders({ PACKER_PLUGIN_PATH: '/p', HOME: '/h' })).toEqual(['/p']);
    expect(listPluginFolders({ PACKER_CONFIG_DIR: '/c', HOME: '/h' })).toEqual([
      '/c/.packer.d/plugins',
      '/h/.packer.d/plugins',
      '/h/.config/packer/plugins',
    ]);
    expect(listPluginFolders({ XDG_CONFIG_HOME: '/x' })).toEqual(['/x/packer/plugins']);
  });
});
