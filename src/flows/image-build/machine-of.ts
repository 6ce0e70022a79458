import type { DiskFormat, Firmware, ImageSpec } from '../../catalog/image-spec.ts';
import type { HardwareName } from '../../lab/qemu/hardware.ts';

/** The machine each format is booted on: what it is for. */
const machines = {
  qcow2: { hardware: 'virtio', firmware: 'bios' },
  raw: { hardware: 'virtio', firmware: 'uefi' },
  ova: { hardware: 'vmware', firmware: 'uefi' },
} as const satisfies Record<DiskFormat, { hardware: HardwareName; firmware: Firmware }>;

/** The OVA's firmware is what the image says. */
export function machineOf(format: DiskFormat, spec: ImageSpec): { hardware: HardwareName; firmware: Firmware } {
  return format === 'ova' ? { hardware: 'vmware', firmware: spec.hardware.firmware } : machines[format];
}
