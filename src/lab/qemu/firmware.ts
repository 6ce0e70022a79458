import { basename, dirname, join } from 'node:path';
import type { Firmware } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';

/** What a VM boots with: SeaBIOS comes with QEMU itself, UEFI is a pair of flash images. */
export type VmFirmware =
  | { kind: 'bios' }
  | {
      kind: 'uefi';
      /** Read-only flash with the firmware's code. */
      code: string;
      /** Template of the variable store; each VM gets its own copy. */
      varsTemplate: string;
    };

/**
 * The firmware for an x86-64 VM. UEFI is always the pinned OVMF: what this machine has may lack the driver of the disk.
 * @param ovmf path of the tool `ovmf-pvscsi`, `OVMF_CODE_4M.fd`; the variables that belong to it lie beside it.
 * @throws FactoryError `tool.missing` for UEFI without it
 */
export function chooseFirmware(kind: Firmware, ovmf: string | undefined): VmFirmware {
  if (kind === 'bios') return { kind };
  if (ovmf === undefined) {
    throw new FactoryError('tool.missing', 'a UEFI machine needs the firmware ovmf-pvscsi, and it was not given', {
      hint: 'Run `hnf tools install ovmf-pvscsi`, or use --firmware bios.',
    });
  }
  return { kind, code: ovmf, varsTemplate: join(dirname(ovmf), basename(ovmf).replace('CODE', 'VARS')) };
}
