import { readFileSync } from 'node:fs';

/** One process among all that ever have the same pid, as long as the machine is not restarted. */
export interface ProcessIdentity {
  pid: number;
  /** Start time in clock ticks since boot on Linux; elsewhere only `running`. Empty: there is no such process. */
  started: string;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, started: findStart(pid) };
}

export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return started !== '' && findStart(pid) === started;
}

/** Changes when the machine starts; empty where the kernel does not tell (only Linux does). */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** A process that has ended counts as gone even if nobody has waited for it, as in a container without an init. */
function findStart(pid: number): string {
  if (pid <= 0) return '';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? '' : (fields[18] ?? '');
  } catch {
    return process.platform === 'linux' ? '' : findElsewhere(pid);
  }
}

function findElsewhere(pid: number): string {
  try {
    process.kill(pid, 0);
    return 'running';
  } catch {
    return '';
  }
}
