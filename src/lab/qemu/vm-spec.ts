import type { Accelerator } from './accelerator.ts';
import type { VmFirmware } from './firmware.ts';

export type DiskInterface = 'virtio' | 'virtio-scsi' | 'pvscsi' | 'sata';
export type NicModel = 'virtio' | 'vmxnet3' | 'e1000';
export type DiskFormat = 'qcow2' | 'raw' | 'vmdk';

/** A disk as QEMU can open it without guessing. */
export interface DiskSource {
  /** An absolute path, or a `json:{…}` description of a block node. */
  file: string;
  format: DiskFormat;
}

export interface VmDisk {
  /** Unique in the machine; letters, digits, `-`. */
  id: string;
  /** An absolute path, or a `json:{…}` description of a block node. */
  file: string;
  /** Always stated for a path (QEMU must not guess); left out for `json:`. */
  format?: DiskFormat | undefined;
  interface: DiskInterface;
  /** Writes go to a temporary file of QEMU's own and are lost. */
  snapshot?: boolean;
  readOnly?: boolean;
  bootIndex?: number;
  serial?: string;
}

export interface VmNic {
  id: string;
  model: NicModel;
  /** `isolated`: the guest reaches nothing but QEMU's own DHCP; forwards work all the same. */
  network: 'isolated' | 'open';
  /** Host ports, on 127.0.0.1 only. */
  forwards?: readonly { hostPort: number; guestPort: number }[];
  mac?: string;
}

export interface DirectKernel {
  kernel: string;
  initrd: string;
  append: string;
}

/** A machine, complete: `buildQemuArgs` adds nothing that is not said here. x86-64, q35. */
export interface VmSpec {
  name: string;
  accelerator: Accelerator;
  cpus: number;
  memoryMiB: number;
  firmware: VmFirmware;
  disks: readonly VmDisk[];
  nics: readonly VmNic[];
  /** ISO files; the first is `/dev/sr0`. */
  cdroms?: readonly string[];
  /** Holds serial.log, report.log, the QMP socket and the copy of the UEFI variables; short, see `maxSocketPathBytes`. */
  runDir: string;
  /** A second serial port, written to report.log: ttyS1 in the guest. */
  reportPort?: boolean;
  /** An empty virtio-scsi controller `hotplug.0` that QMP can add disks to. */
  hotplugBus?: boolean;
  /** Content comes from files, so that no secret is on the command line. */
  fwCfg?: readonly { name: string; file: string }[];
  /** SMBIOS type 1 fields, e.g. `{ manufacturer: 'VMware, Inc.' }`. */
  smbios?: Readonly<Record<string, string>>;
  /** Boots a kernel without firmware and boot loader. */
  direct?: DirectKernel;
  /** QEMU is ended after this long, whatever happens. */
  lifetimeMs: number;
}

export interface RunFiles {
  serial: string;
  report: string;
  qmp: string;
  efiVars: string;
}

/** Where a running machine keeps its files. */
export function runFiles(runDir: string): RunFiles {
  return {
    serial: `${runDir}/serial.log`,
    report: `${runDir}/report.log`,
    qmp: `${runDir}/qmp`,
    efiVars: `${runDir}/efivars.fd`,
  };
}
