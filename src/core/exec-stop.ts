import { hasErrno } from './errors.ts';
import { hasLiveMember } from './process-identity.ts';

export type StopReason = 'timeout' | 'abort' | 'stop';

export interface StopOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  stopSignal?: 'SIGTERM' | 'SIGINT';
  killGraceMs?: number;
}

export interface Stop {
  /** Why the group was ended while it still ran; undefined when it ended by itself. */
  reason: StopReason | undefined;
  end(reason: StopReason): void;
  /** Settles after `end`, when no process of the group is left, or none that we may signal. */
  gone: Promise<void>;
}

const defaultGraceMs = 5000;
/** How long after SIGKILL a process may still be on its way out. */
const lingerMs = 2000;
/** How often the whole list of processes is looked through. */
const lookEveryMs = 200;

/** Ends a process group once, on the first reason: asked first, killed when it does not go in time. */
export function createStop(pid: number, options: StopOptions): Stop {
  const settled = Promise.withResolvers<void>();
  const timer = setTimeout(() => end('timeout'), options.timeoutMs);
  const onAbort = () => end('abort');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  let running = true;
  const stop: Stop = { reason: undefined, end, gone: settled.promise };
  return stop;

  function end(reason: StopReason): void {
    if (!running) return;
    running = false;
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    if (!signalGroup(pid, options.stopSignal ?? 'SIGTERM')) {
      settled.resolve();
      return;
    }
    stop.reason = reason;
    const killAt = performance.now() + (options.killGraceMs ?? defaultGraceMs);
    let lookAt = 0;
    const poll = setInterval(() => {
      if (performance.now() > killAt) signalGroup(pid, 'SIGKILL');
      if (isThere() && performance.now() < killAt + lingerMs) return;
      clearInterval(poll);
      settled.resolve();
    }, 50);

    /** `kill` counts those that have ended and that nobody waited for; who they are costs a look at every process. */
    function isThere(): boolean {
      const state = probeGroup(pid);
      if (state !== 'ours') return state === 'others';
      if (performance.now() < lookAt) return true;
      lookAt = performance.now() + lookEveryMs;
      return hasLiveMember(pid);
    }
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  return probeGroup(pid, signal) !== 'gone';
}

/** A group of another user (`sudo`) cannot be signalled, and may be hidden, and is there all the same. */
function probeGroup(pid: number, signal: NodeJS.Signals | 0 = 0): 'ours' | 'others' | 'gone' {
  if (pid <= 0) return 'gone';
  try {
    process.kill(-pid, signal);
    return 'ours';
  } catch (error) {
    return hasErrno(error, 'ESRCH') ? 'gone' : 'others';
  }
}
