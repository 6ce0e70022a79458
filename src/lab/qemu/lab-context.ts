import type { Clock } from '../../core/clock.ts';
import type { Exec } from '../../core/exec.ts';
import type { Log } from '../../core/log.ts';

/** What everything in the lab that touches the outside world receives. */
export interface LabContext {
  exec: Exec;
  log: Log;
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** Paths of the programs, where they are not simply found on the PATH, and of the firmware for UEFI machines (`ovmf-pvscsi`). */
  programs?: { qemu?: string; qemuImg?: string; ovmf?: string | undefined };
  /** Where overlays and sockets of a running VM live; default the system's folder for temporary files. */
  tempParent?: string | undefined;
}

export function qemuProgram(ctx: Pick<LabContext, 'programs'>): string {
  return ctx.programs?.qemu ?? 'qemu-system-x86_64';
}

export function qemuImgProgram(ctx: Pick<LabContext, 'programs'>): string {
  return ctx.programs?.qemuImg ?? 'qemu-img';
}
