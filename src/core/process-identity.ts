import { readdirSync, readFileSync } from 'node:fs';

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

/**
 * Whether a process group has a member that has not ended. Those nobody has waited for are still members for `kill`, as long as their
 * parent lives or in a container without an init. Only Linux tells; elsewhere a group that can be signalled is taken for alive.
 */
export function hasLiveMember(group: number): boolean {
  try {
    return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isLiveMember(name, String(group)));
  } catch {
    return true;
  }
}

function isLiveMember(pid: string, group: string): boolean {
  const [state = '', , processGroup] = findStat(pid);
  return processGroup === group && !isEnded(state);
}

/** The fields of /proc/PID/stat behind the program's name, which may have blanks in it: state, parent, process group … */
function findStat(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function isEnded(state: string): boolean {
  return state === 'Z' || state === 'X';
}

/** A process that has ended counts as gone even if nobody has waited for it, as in a container without an init. */
function findStart(pid: number): string {
  if (pid <= 0) return '';
  if (process.platform !== 'linux') return findElsewhere(pid);
  const fields = findStat(String(pid));
  return isEnded(fields[0] ?? '') ? '' : (fields[19] ?? '');
}

function findElsewhere(pid: number): string {
  try {
    process.kill(pid, 0);
    return 'running';
  } catch {
    return '';
  }
}
