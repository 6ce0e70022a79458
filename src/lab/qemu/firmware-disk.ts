import type { FoundFirmware } from './firmware.ts';
import type { QmpValue } from './qmp-messages.ts';
import type { RunningVm, Waiting } from './running-vm.ts';
import { type DiskInterface, type DiskSource, firmwareDiskId } from './vm-spec.ts';

/**
 * Distributions build OVMF without its PVSCSI driver, so the firmware of such a machine cannot read its own disk. It gets the same
 * content, read-only, on the hotplug controller, and loses it as soon as the kernel runs: the kernel finds PVSCSI only.
 */
export function needsFirmwareDisk(disk: DiskInterface, firmware: FoundFirmware): boolean {
  return disk === 'pvscsi' && firmware.kind === 'uefi';
}

/** Waits until a kernel runs and unplugs the disk. @throws FactoryError `verify.failed` when none does in time */
export async function dropFirmwareDisk(vm: RunningVm, waiting: Waiting): Promise<void> {
  await vm.waitUntil(async () => ((await isKernelRunning(vm)) ? true : undefined), waiting);
  await vm.qmp.execute('device_del', { id: firmwareDiskId });
}

/** Linux runs in the highest 2 GiB of the address space; firmware and boot loaders far below, whatever they print. */
async function isKernelRunning(vm: RunningVm): Promise<boolean> {
  const answer = await vm.qmp.execute('human-monitor-command', { 'command-line': 'info registers -a' });
  return /\bRIP=ffffffff[89a-f][0-9a-f]{7}\b/.test(String(answer));
}

/** Adds a disk, read-only, to a running machine's hotplug controller. */
export async function plugReadOnlyDisk(vm: RunningVm, source: DiskSource, serial: string): Promise<void> {
  const node = source.file.startsWith('json:')
    ? (JSON.parse(source.file.slice('json:'.length)) as Record<string, QmpValue>)
    : { driver: source.format, file: { driver: 'file', filename: source.file } };
  const name = `plugged-${serial}`;
  await vm.qmp.execute('blockdev-add', { ...node, 'node-name': name, 'read-only': true });
  await vm.qmp.execute('device_add', { driver: 'scsi-hd', id: name, bus: 'hotplug.0', drive: name, serial });
}
