import type { BuilderKind } from '../catalog/image-spec.ts';

/** What a privilege is checked on. Those of machines are checked on the folder they are made in. */
export type PrivilegeScope = 'folder' | 'resource pool' | 'datastore' | 'network' | 'template' | 'root';

/** What a build does that needs the privilege; without it the privilege is not asked for. */
export type BuildNeed = 'always' | 'vsphere-iso' | 'vsphere-clone' | 'library' | 'export' | 'template';

export interface Privilege {
  id: string;
  on: PrivilegeScope;
  needs: readonly BuildNeed[];
  /** What it is for. */
  why: string;
}

/**
 * The least a role needs to build an image, each privilege with its reason. Read-Only comes on top.
 * Sources: the plugin's docs ("Privileges" of vsphere-iso and vsphere-clone, 1.4.2) and what its code calls.
 */
export const buildPrivileges: readonly Privilege[] = [
  { id: 'VirtualMachine.Inventory.Create', on: 'folder', needs: ['vsphere-iso'], why: 'makes the machine' },
  {
    id: 'VirtualMachine.Inventory.CreateFromExisting',
    on: 'folder',
    needs: ['vsphere-clone', 'library'],
    why: 'clones the template',
  },
  { id: 'VirtualMachine.Inventory.Delete', on: 'folder', needs: ['always'], why: 'removes a failed build' },
  {
    id: 'VirtualMachine.Provisioning.DeployTemplate',
    on: 'template',
    needs: ['vsphere-clone'],
    why: 'reads the template',
  },
  { id: 'VirtualMachine.Config.AddNewDisk', on: 'folder', needs: ['vsphere-iso'], why: 'gives it a disk' },
  {
    id: 'VirtualMachine.Config.DiskExtend',
    on: 'folder',
    needs: ['vsphere-clone'],
    why: 'grows the disk of the clone',
  },
  {
    id: 'VirtualMachine.Config.EditDevice',
    on: 'folder',
    needs: ['vsphere-clone'],
    why: 'moves its card to the network',
  },
  { id: 'VirtualMachine.Config.AddRemoveDevice', on: 'folder', needs: ['always'], why: 'adds and removes the drives' },
  { id: 'VirtualMachine.Config.AdvancedConfig', on: 'folder', needs: ['always'], why: 'sets disk.EnableUUID' },
  { id: 'VirtualMachine.Config.Annotation', on: 'folder', needs: ['always'], why: 'writes what the image is' },
  { id: 'VirtualMachine.Config.CPUCount', on: 'folder', needs: ['always'], why: 'sets processors' },
  { id: 'VirtualMachine.Config.Memory', on: 'folder', needs: ['always'], why: 'sets memory' },
  { id: 'VirtualMachine.Config.Resource', on: 'folder', needs: ['always'], why: 'sets reservations (none)' },
  { id: 'VirtualMachine.Config.Settings', on: 'folder', needs: ['always'], why: 'sets firmware and boot order' },
  { id: 'VirtualMachine.Interact.DeviceConnection', on: 'folder', needs: ['always'], why: 'connects the drives' },
  { id: 'VirtualMachine.Interact.SetCDMedia', on: 'folder', needs: ['always'], why: 'puts the CDs in' },
  { id: 'VirtualMachine.Interact.PowerOn', on: 'folder', needs: ['always'], why: 'starts it' },
  { id: 'VirtualMachine.Interact.PowerOff', on: 'folder', needs: ['always'], why: 'stops a failed build' },
  {
    id: 'VirtualMachine.Interact.PutUsbScanCodes',
    on: 'folder',
    needs: ['vsphere-iso'],
    why: 'types the boot command',
  },
  { id: 'VirtualMachine.Provisioning.MarkAsTemplate', on: 'folder', needs: ['template'], why: 'makes the template' },
  {
    id: 'VirtualMachine.Provisioning.CreateTemplateFromVM',
    on: 'folder',
    needs: ['library'],
    why: 'puts it into the library',
  },
  { id: 'Resource.AssignVMToPool', on: 'resource pool', needs: ['always'], why: 'places the machine' },
  { id: 'Datastore.AllocateSpace', on: 'datastore', needs: ['always'], why: 'makes its disk' },
  { id: 'Datastore.Browse', on: 'datastore', needs: ['always'], why: 'looks for the ISO and the seed' },
  { id: 'Datastore.FileManagement', on: 'datastore', needs: ['always'], why: 'uploads them and removes the seed' },
  { id: 'Network.Assign', on: 'network', needs: ['always'], why: 'connects its card' },
  { id: 'VApp.Export', on: 'folder', needs: ['export'], why: 'exports the disk for the OVA' },
  { id: 'ContentLibrary.AddLibraryItem', on: 'root', needs: ['library'], why: 'adds the item' },
  { id: 'ContentLibrary.UpdateLibraryItem', on: 'root', needs: ['library'], why: 'fills the item' },
];

/** What a build of this kind needs; `needs` are its results and circumstances. Pure. */
export function neededPrivileges(builder: BuilderKind, needs: readonly BuildNeed[]): Privilege[] {
  const wanted = new Set<BuildNeed>(['always', ...(builder === 'qemu' ? [] : [builder]), ...needs]);
  return buildPrivileges.filter((privilege) => privilege.needs.some((need) => wanted.has(need)));
}
