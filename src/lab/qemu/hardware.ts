import type { DiskInterface, NicModel } from './vm-spec.ts';

export const hardwareNames = ['vmware', 'virtio'] as const;
export type HardwareName = (typeof hardwareNames)[number];

/** The devices a hypervisor gives its guests, as far as QEMU has them. */
export interface Hardware {
  disk: DiskInterface;
  nic: NicModel;
  smbios?: Readonly<Record<string, string>>;
  /** Kernel drivers a guest must have bound to its root disk and its network card. */
  diskDriver: string;
  nicDriver: string;
}

/** `vmware`: what our OVA asks for (PVSCSI, VMXNET3). `virtio`: KVM's own. */
export const hardware: Readonly<Record<HardwareName, Hardware>> = {
  vmware: {
    disk: 'pvscsi',
    nic: 'vmxnet3',
    smbios: { manufacturer: 'VMware, Inc.', product: 'VMware7,1' },
    diskDriver: 'vmw_pvscsi',
    nicDriver: 'vmxnet3',
  },
  virtio: { disk: 'virtio', nic: 'virtio', diskDriver: 'virtio_blk', nicDriver: 'virtio_net' },
};
