import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { bootId, identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';
import { processReaper } from './reaper.ts';

/** Who a lock or a temporary folder belongs to, for whoever finds it later. */
export interface Owner extends ProcessIdentity {
  /** Cleans up should the process be killed (reaper.ts). Until it has ended the process's children, the owner counts as alive. */
  reaper: ProcessIdentity;
  /** After a restart of the machine the same pid is another process. */
  boot: string;
  host: string;
  /** A container sees other processes under the same numbers; empty where nobody said. */
  pidSpace: string;
}

export function describeOwner(): Owner {
  const [own, reaper] = [identifyProcess(process.pid), identifyProcess(processReaper.pid)];
  return { ...own, reaper, boot: bootId(), host: hostname(), pidSpace: pidSpace() };
}

/** Nobody: what belongs to it may be taken. */
export function nobody(): Owner {
  const none: ProcessIdentity = { pid: 0, started: '' };
  return { ...none, reaper: none, boot: '', host: hostname(), pidSpace: '' };
}

/** Whether the owner runs, or cannot be asked from here. */
export function isOwnerAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  if (owner.boot !== bootId()) return false;
  if (owner.pidSpace !== '' && owner.pidSpace !== pidSpace()) return true;
  return isRunning(owner) || isRunning(owner.reaper);
}

function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
