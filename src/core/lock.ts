import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { type Clock, systemClock } from './clock.ts';
import { FactoryError, hasErrno } from './errors.ts';
import { makeFolder, temporaryPath } from './files.ts';
import { ioError, throwIoError } from './io-error.ts';
import { describeOwner, isOwnerAlive, nobody, type Owner } from './owner.ts';
import { processReaper } from './reaper.ts';

interface Holder extends Owner {
  what: string;
}

export interface LockOptions {
  /** Shown to whoever waits, e.g. `building debian12-lab`. */
  what: string;
  /** How long to wait for another process; 0 gives up at once. */
  timeoutMs: number;
  clock?: Clock;
  signal?: AbortSignal | undefined;
  /** Called for each process we have to wait for. */
  onWait?: (holder: string) => void;
}

const pollMs = 200;

/**
 * Runs `use` while holding the lock file. A lock whose process is gone (even by `kill -9` or a power cut) is taken over.
 * @throws FactoryError `busy` when the holder does not let go in time; `io.failed` or `space.low` when there can be no lock file.
 */
export async function withFileLock<T>(path: string, options: LockOptions, use: () => Promise<T>): Promise<T> {
  await acquire(path, options);
  try {
    return await use();
  } finally {
    await release(path);
  }
}

/** Whether a process has the lock that still runs, or runs on another machine and cannot be asked. */
export async function isLocked(path: string): Promise<boolean> {
  const holder = await findHolder(path);
  return holder !== undefined && isOwnerAlive(holder);
}

async function acquire(path: string, options: LockOptions): Promise<void> {
  const clock = options.clock ?? systemClock;
  const deadline = clock.now() + options.timeoutMs;
  await makeFolder(dirname(path)).catch(throwIoError(path));
  let told = '';
  for (;;) {
    const holder = await findHolder(path);
    if (holder === undefined) {
      if (await tryLock(path, options.what)) return;
    } else if (!isOwnerAlive(holder)) {
      await removeStale(path, options);
    } else {
      if (clock.now() >= deadline) throw busyError(path, holder);
      const name = nameHolder(holder);
      if (told !== name) options.onWait?.(name);
      told = name;
      await clock.sleep(pollMs, options.signal);
    }
  }
}

async function release(path: string): Promise<void> {
  // First, so that the reaper can never remove the lock of whoever comes next.
  await processReaper.dropPath(path);
  await rm(path, { force: true }).catch(throwIoError(path));
}

/** The lock appears whole or not at all: written beside, then hard-linked to its name. False when somebody else was faster. */
async function tryLock(path: string, what: string): Promise<boolean> {
  const holder: Holder = { ...describeOwner(), what };
  const draft = temporaryPath(path);
  try {
    await writeFile(draft, JSON.stringify(holder), { mode: 0o644 });
    await link(draft, path);
    processReaper.addPath(path);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw ioError(error, path);
  } finally {
    await rm(draft, { force: true });
    processReaper.dropPath(draft);
  }
}

/**
 * The lock of a dead process is removed only by who holds `<path>.break` and has looked again: nobody else can have removed it in between,
 * so it cannot be the lock of the next one. `<path>.break` is a lock like any other and is itself taken over when its holder is gone.
 */
async function removeStale(path: string, { timeoutMs, signal, clock = systemClock }: LockOptions): Promise<void> {
  const breakPath = `${path}.break`;
  // It is held for milliseconds, so even who does not want to wait for the lock waits for this one.
  const wait = { timeoutMs: Math.max(timeoutMs, 30_000), signal, clock };
  await withFileLock(breakPath, { what: `taking over '${path}'`, ...wait }, async () => {
    const holder = await findHolder(path);
    if (holder !== undefined && !isOwnerAlive(holder)) await rm(path, { force: true }).catch(throwIoError(path));
  });
}

async function findHolder(path: string): Promise<Holder | undefined> {
  try {
    return parseHolder(await readFile(path, 'utf8'));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw ioError(error, path);
  }
}

/** A file that a power cut left empty belongs to nobody. */
function parseHolder(text: string): Holder {
  const damaged: Holder = { ...nobody(), what: 'a damaged lock file' };
  try {
    return { ...damaged, ...(JSON.parse(text) as Partial<Holder>) };
  } catch {
    return damaged;
  }
}

function nameHolder({ pid, host, what }: Holder): string {
  return host === hostname() ? `process ${pid} (${what})` : `process ${pid} on '${host}' (${what})`;
}

function busyError(path: string, holder: Holder): FactoryError {
  const isHere = holder.host === hostname();
  const hint = isHere
    ? 'Wait until it is done, or stop it.'
    : `It cannot be seen from here whether that process still runs. If '${holder.host}' is not at work on it, remove '${path}'.`;
  return new FactoryError('busy', `'${path}' is held by ${nameHolder(holder)}`, { hint });
}
