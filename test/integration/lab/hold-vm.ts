/** Started by a test as a process of its own: boots a disk, says so, and waits to be killed. `hold-vm.ts DISK` */
import { systemClock } from '../../../src/core/clock.ts';
import { createExec } from '../../../src/core/exec.ts';
import { silentLog } from '../../../src/core/log.ts';
import { bootImage } from '../../../src/lab/qemu/boot-image.ts';

await bootImage(
  {
    artifact: process.argv[2] ?? '',
    hardware: 'virtio',
    firmware: 'bios',
    accelerator: 'tcg',
    until: { kind: 'text', text: 'never comes' },
    timeoutMs: 120_000,
    memoryMiB: 64,
  },
  {
    exec: createExec(),
    log: silentLog,
    clock: systemClock,
    onSerial: (text) => process.stderr.write(text),
  },
);
