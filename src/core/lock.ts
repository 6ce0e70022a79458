import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { type Clock, systemClock } from './clock.ts';
import { FactoryError, hasErrno } from './errors.ts';
import { processReaper } from './reaper.ts';

interface Holder {
  pid: number;
  /** Kernel start time of the process, so that a reused pid is not taken for the holder. */
  started: string;
  host: string;
  what: string;
}

export interface LockOptions {
  /** Shown to whoever waits, e.g. `building debian12-lab`. */
  what: string;
  /** How long to wait for another process; 0 gives up at once. */
  timeoutMs: number;
  clock?: Clock;
  signal?: AbortSignal | undefined;
  /** Called once when we have to wait. */
  onWait?: (holder: string) => void;
}

/**
 * Runs `use` while holding the lock file. A lock whose process is gone (even by `kill -9`) is taken over.
 * @throws FactoryError `busy` when the holder does not let go in time.
 */
export async function withFileLock<T>(path: string, options: LockOptions, use: () => Promise<T>): Promise<T> {
  const clock = options.clock ?? systemClock;
  const deadline = clock.now() + options.timeoutMs;
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  while (!(await tryLock(path, options.what))) {
    const holder = await findHolder(path);
    if (holder !== undefined && !isAlive(holder)) {
      await breakLock(path, holder);
      continue;
    }
    const who = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.what})`;
    if (clock.now() >= deadline) {
      throw new FactoryError('busy', `'${path}' is held by ${who}`, { hint: 'Wait until it is done, or stop it.' });
    }
    if (!told) options.onWait?.(who);
    told = true;
    await clock.sleep(200, options.signal);
  }
  processReaper.addPath(path);
  try {
    return await use();
  } finally {
    // First, so that the reaper can never remove the lock of whoever comes next.
    processReaper.dropPath(path);
    await rm(path, { force: true });
  }
}

/** The lock appears whole or not at all: written beside, then hard-linked to its name. */
async function tryLock(path: string, what: string): Promise<boolean> {
  const holder: Holder = { pid: process.pid, started: processStart(process.pid), host: hostname(), what };
  const own = `${path}.${process.pid}.${randomUUID().slice(0, 8)}`;
  await writeFile(own, JSON.stringify(holder), { mode: 0o600 });
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function findHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    if (error instanceof SyntaxError) return { pid: 0, started: '', host: hostname(), what: 'a damaged lock file' };
    throw error;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  return holder.pid > 0 && processStart(holder.pid) === holder.started;
}

/** Moves the stale lock away and makes sure it was the stale one: two processes may come here at once. */
async function breakLock(path: string, stale: Holder): Promise<void> {
  const aside = `${path}.stale.${randomUUID().slice(0, 8)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await findHolder(aside);
  if (moved !== undefined && isAlive(moved) && moved.pid !== stale.pid) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

/** Start time in clock ticks since boot on Linux; elsewhere only whether the process exists. Empty: no such process. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return process.platform === 'linux' ? '' : existsElsewhere(pid);
  }
}

function existsElsewhere(pid: number): string {
  try {
    process.kill(pid, 0);
    return 'running';
  } catch {
    return '';
  }
}
