import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import type { Exec, ExecOptions } from '../../core/exec.ts';
import type { Log } from '../../core/log.ts';

/** The programs used, as paths or names on the PATH. */
export interface BaseTools {
  mmdebstrap: string;
  sfdisk: string;
  mformat: string;
  mmd: string;
  mcopy: string;
  qemuImg: string;
}

export const baseToolNames: BaseTools = {
  mmdebstrap: 'mmdebstrap',
  sfdisk: 'sfdisk',
  mformat: 'mformat',
  mmd: 'mmd',
  mcopy: 'mcopy',
  qemuImg: 'qemu-img',
};

export interface BaseContext {
  exec: Exec;
  log: Log;
  emit: Emit;
  clock: Clock;
  signal: AbortSignal;
  /** Must exist; the finished disk is left here. */
  workDir: string;
  tools: BaseTools;
  /** apt's settings for the installation only, such as a proxy; nothing of them stays in the image. */
  aptOptions?: readonly string[] | undefined;
}

/** An ordinary user's PATH often lacks these; mmdebstrap and mke2fs look programs up themselves. */
const administratorPath = '/usr/local/sbin:/usr/sbin:/sbin';

/** Options of every program run here. The builder's own settings must not reach the disk. */
export function commandOptions(context: BaseContext, timeoutMs: number): ExecOptions {
  return {
    // Inside a user namespace the present folder may be unreadable.
    cwd: '/',
    env: {
      PATH: `${process.env['PATH'] ?? ''}:${administratorPath}`,
      // dpkg and mtools have settings of the user's, too.
      HOME: '/nonexistent',
      LC_ALL: 'C.UTF-8',
      MTOOLSRC: '/dev/null',
    },
    timeoutMs,
    signal: context.signal,
    killGraceMs: 30_000,
    onLine: (line) => context.log.debug(line),
  };
}
