import type { Arch } from '../../catalog/image-spec.ts';

/** The build machine per architecture; firmware paths are Debian's and Ubuntu's, and only defaults of variables. */
export interface BuildMachine {
  qemuBinary: string;
  machineType: string;
  firmwareCode: string;
  firmwareVars: string;
  /** `null`: QEMU's default. On x86 any other value is broken in the plugin; `virt` has no default bus for a CD. */
  cdromInterface: string | null;
}

export const buildMachines = {
  amd64: {
    qemuBinary: 'qemu-system-x86_64',
    machineType: 'q35',
    firmwareCode: '/usr/share/OVMF/OVMF_CODE_4M.fd',
    firmwareVars: '/usr/share/OVMF/OVMF_VARS_4M.fd',
    cdromInterface: null,
  },
  arm64: {
    qemuBinary: 'qemu-system-aarch64',
    machineType: 'virt',
    firmwareCode: '/usr/share/AAVMF/AAVMF_CODE.fd',
    firmwareVars: '/usr/share/AAVMF/AAVMF_VARS.fd',
    cdromInterface: 'virtio-scsi',
  },
} satisfies Record<Arch, BuildMachine>;
