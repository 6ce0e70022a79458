import type { QmpValue } from './qmp-messages.ts';
import type { RunningVm } from './running-vm.ts';
import type { DiskSource } from './vm-spec.ts';

/** Adds a disk, read-only, to the hotplug controller of a running machine. */
export async function plugReadOnlyDisk(vm: RunningVm, source: DiskSource, serial: string): Promise<void> {
  const node = source.file.startsWith('json:')
    ? (JSON.parse(source.file.slice('json:'.length)) as Record<string, QmpValue>)
    : { driver: source.format, file: { driver: 'file', filename: source.file } };
  const name = `plugged-${serial}`;
  await vm.qmp.execute('blockdev-add', { ...node, 'node-name': name, 'read-only': true });
  await vm.qmp.execute('device_add', { driver: 'scsi-hd', id: name, bus: 'hotplug.0', drive: name, serial });
}
