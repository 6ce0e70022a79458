import { assertNever } from '../../core/assert-never.ts';
import { type DirectKernel, runFiles, type VmDisk, type VmNic, type VmSpec } from './vm-spec.ts';

/**
 * The arguments of qemu-system-x86_64 for a machine. Starts from an empty q35: nothing is there by default. `graphics=off` makes
 * SeaBIOS repeat on the serial port what it and a boot loader show on the screen ("No bootable device."); the VGA stays.
 */
export function buildQemuArgs(machine: VmSpec): string[] {
  const files = runFiles(machine.runDir);
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-device', 'VGA'],
    ...['-name', escapeComma(machine.name), '-machine', 'q35,graphics=off'],
    ...accelerationArgs(machine),
    ...['-smp', String(machine.cpus), '-m', String(machine.memoryMiB)],
    ...firmwareArgs(machine),
    ...machine.disks.flatMap((disk, index) => diskArgs(disk, index)),
    ...(machine.cdroms ?? []).flatMap((file, index) => cdromArgs(file, index)),
    ...(machine.hotplugBus === true ? ['-device', 'virtio-scsi-pci,id=hotplug'] : []),
    ...machine.nics.flatMap(nicArgs),
    ...['-object', 'rng-builtin,id=rng0', '-device', 'virtio-rng-pci,rng=rng0'],
    ...serialArgs('serial0', files.serial),
    ...(machine.reportPort === true ? serialArgs('serial1', files.report) : []),
    ...['-chardev', `socket,id=qmp0,path=${escapeComma(files.qmp)},server=on,wait=off`, '-mon', 'qmp0,mode=control'],
    ...(machine.fwCfg ?? []).flatMap(({ name, file }) => ['-fw_cfg', `name=${name},file=${escapeComma(file)}`]),
    ...smbiosArgs(machine.smbios),
    ...(machine.direct === undefined ? [] : directArgs(machine.direct)),
  ];
}

/** QEMU ends an option's value at a comma; two stand for one. */
export function escapeComma(value: string): string {
  return value.replaceAll(',', ',,');
}

function accelerationArgs(machine: VmSpec): string[] {
  if (machine.accelerator === 'tcg') return ['-accel', 'tcg,thread=multi', '-cpu', 'max'];
  return ['-accel', machine.accelerator, '-cpu', 'host'];
}

function firmwareArgs(machine: VmSpec): string[] {
  if (machine.firmware.kind === 'bios') return [];
  const code = escapeComma(machine.firmware.code);
  const vars = escapeComma(runFiles(machine.runDir).efiVars);
  return [
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${code}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${vars}`],
  ];
}

function diskArgs(disk: VmDisk, index: number): string[] {
  const drive = [
    `if=none,id=${disk.id}`,
    `file=${escapeComma(disk.file)}`,
    ...(disk.format === undefined ? [] : [`format=${disk.format}`]),
    ...(disk.snapshot === true ? ['snapshot=on'] : []),
    ...(disk.readOnly === true ? ['readonly=on'] : ['cache=unsafe', 'discard=unmap']),
  ];
  const device = [
    `drive=${disk.id}`,
    ...(disk.bootIndex === undefined ? [] : [`bootindex=${disk.bootIndex}`]),
    ...(disk.serial === undefined ? [] : [`serial=${escapeComma(disk.serial)}`]),
  ];
  return ['-drive', drive.join(','), ...diskDevices(disk, index, device.join(','))];
}

function diskDevices(disk: VmDisk, index: number, properties: string): string[] {
  const bus = `bus${index}`;
  switch (disk.interface) {
    case 'virtio':
      return ['-device', `virtio-blk-pci,${properties}`];
    case 'virtio-scsi':
      return ['-device', `virtio-scsi-pci,id=${bus}`, '-device', `scsi-hd,bus=${bus}.0,${properties}`];
    case 'pvscsi':
      return ['-device', `pvscsi,id=${bus}`, '-device', `scsi-hd,bus=${bus}.0,${properties}`];
    case 'sata':
      return ['-device', `ide-hd,bus=ide.${index},${properties}`];
    default:
      return assertNever(disk.interface);
  }
}

/** On the upper ports of q35's own AHCI controller, away from the disks. */
function cdromArgs(file: string, index: number): string[] {
  const drive = `if=none,id=cdrom${index},format=raw,readonly=on,file=${escapeComma(file)}`;
  return ['-drive', drive, '-device', `ide-cd,bus=ide.${5 - index},drive=cdrom${index}`];
}

/** `romfile=` without a value: no network boot ROM, which would only cost time. */
function nicArgs(nic: VmNic): string[] {
  const netdev = [
    `user,id=${nic.id}`,
    `restrict=${nic.network === 'isolated' ? 'on' : 'off'}`,
    'ipv6=off',
    ...(nic.forwards ?? []).map(({ hostPort, guestPort }) => `hostfwd=tcp:127.0.0.1:${hostPort}-:${guestPort}`),
  ];
  const models = { virtio: 'virtio-net-pci', vmxnet3: 'vmxnet3', e1000: 'e1000' } as const;
  const mac = nic.mac === undefined ? '' : `,mac=${nic.mac}`;
  return ['-netdev', netdev.join(','), '-device', `${models[nic.model]},netdev=${nic.id},romfile=${mac}`];
}

function serialArgs(id: string, file: string): string[] {
  return ['-chardev', `file,id=${id},path=${escapeComma(file)}`, '-serial', `chardev:${id}`];
}

function smbiosArgs(fields: Readonly<Record<string, string>> | undefined): string[] {
  if (fields === undefined) return [];
  const list = Object.entries(fields).map(([name, value]) => `${name}=${escapeComma(value)}`);
  return ['-smbios', ['type=1', ...list].join(',')];
}

function directArgs(direct: DirectKernel): string[] {
  return ['-kernel', direct.kernel, '-initrd', direct.initrd, '-append', direct.append];
}
