import { randomUUID } from 'node:crypto';
import { linkSync, lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import { makeFolder } from '../../core/files.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { ioError, throwIoError } from '../../core/io-error.ts';
import { processReaper } from '../../core/reaper.ts';

/**
 * A place beside the output where every folder is made whole before any of them gets its name. Until `place` has ended, nothing of the output
 * has changed; a run that ends early, however it ends, leaves nothing.
 */
export interface Stage {
  folder: string;
  /** Gives the folders of these hosts their names: all of them, or none. */
  place(hosts: readonly string[], signal: AbortSignal): Promise<void>;
}

/**
 * `ownNames` are the files a folder of ours may hold; others are somebody else's and stay.
 * @throws FactoryError `input.invalid` when something else stands where a folder goes, `io.failed`, `space.low`
 */
export async function withStage<T>(
  output: string,
  ownNames: readonly string[],
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  await checkOutput(output);
  const isNew = !exists(output);
  // A folder that is there stays the folder it is; a new one is the stage itself, renamed once.
  const parent = isNew ? dirname(output) : output;
  const top = join(parent, `.${basename(output)}.hnf-${randomUUID().slice(0, 8)}.tmp`);
  processReaper.addPath(top);
  try {
    await makeFolder(parent);
    await mkdir(top, { mode: 0o700 });
    const folder = isNew ? top : join(top, 'new');
    if (!isNew) await mkdir(folder, { mode: 0o700 });
    const place: Stage['place'] = isNew
      ? (_hosts, signal) => placeAll(top, output, signal)
      : (hosts, signal) => placeEach(hosts, { folder, old: join(top, 'old'), output, ownNames, signal });
    return await use({ folder, place });
  } catch (error) {
    throw ioError(error, output);
  } finally {
    await rm(top, { recursive: true, force: true, maxRetries: 3 }).catch(throwIoError(top));
    processReaper.dropPath(top);
  }
}

/** @throws FactoryError `input.invalid` when the output, or one of the folders it is to be made in, is something else */
export async function checkOutput(output: string): Promise<void> {
  for (let path = output; ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true || path === dirname(path)) return;
    if (found === undefined) continue;
    throw new FactoryError('input.invalid', `'${path}' is no folder; accepted: a folder, or a name that is not there`, {
      hint: 'Choose another folder with -o.',
    });
  }
}

async function placeAll(top: string, output: string, signal: AbortSignal): Promise<void> {
  checkInterrupted(signal);
  await rename(top, output);
}

interface Places {
  folder: string;
  old: string;
  output: string;
  ownNames: readonly string[];
  signal: AbortSignal;
}

/** So many before others get their turn, and an interrupt is seen. */
const turn = 200;

async function placeEach(hosts: readonly string[], places: Places): Promise<void> {
  mkdirSync(places.old, 0o700);
  let begun = 0;
  try {
    // What can be refused is refused before anything has changed.
    await inTurns(hosts, places.signal, (host) => {
      if (isThere(host, places)) takeAlong(host, places);
    });
    await inTurns(hosts, places.signal, (host) => {
      begun += 1;
      placeOne(host, places);
    });
  } catch (error) {
    for (const host of hosts.slice(0, begun)) takeBack(host, places);
    throw error;
  }
}

async function inTurns(hosts: readonly string[], signal: AbortSignal, use: (host: string) => void): Promise<void> {
  for (const [at, host] of hosts.entries()) {
    if (at % turn === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      checkInterrupted(signal);
    }
    use(host);
  }
}

/** The new folder whole in place of the old one. */
function placeOne(host: string, places: Places): void {
  const { made, target, old } = pathsOf(host, places);
  try {
    if (isThere(host, places)) renameSync(target, old);
    renameSync(made, target);
  } catch (error) {
    throw ioError(error, target);
  }
}

/** As it was before `placeOne`, wherever that came to. */
function takeBack(host: string, places: Places): void {
  const { made, target, old } = pathsOf(host, places);
  if (!exists(made)) renameSync(target, made);
  if (exists(old)) renameSync(old, target);
}

function pathsOf(host: string, { folder, old, output }: Places) {
  return { made: join(folder, host), target: join(output, host), old: join(old, host) };
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** @throws FactoryError `input.invalid` when it is no folder; a link is not followed */
function isThere(host: string, { output }: Places): boolean {
  const target = join(output, host);
  const found = lstatSync(target, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (!found.isDirectory()) throw inTheWay(target, 'it is no folder');
  return true;
}

/** Files of others get a second name in the new folder, so that there is no moment without them. */
function takeAlong(host: string, { folder, output, ownNames }: Places): void {
  for (const name of readdirSync(join(output, host))) {
    if (ownNames.includes(name)) continue;
    const path = join(output, host, name);
    if (!lstatSync(path).isFile()) throw inTheWay(path, 'hnf did not write it, and it is no file');
    linkSync(path, join(folder, host, name));
  }
}

function inTheWay(path: string, reason: string): FactoryError {
  return new FactoryError('input.invalid', `'${path}' is in the way: ${reason}`, {
    hint: 'Move it, or choose another folder with -o.',
  });
}

/** Names of folders in the output that hold such a file and are no host of the file. */
export async function listLeftovers(
  output: string,
  sign: string,
  isHost: (name: string) => boolean,
): Promise<string[]> {
  const entries = await readdir(output, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !isHost(entry.name));
  return folders.map(({ name }) => name).filter((name) => holds(join(output, name), sign));
}

/** False for a folder that only somebody else may read. */
function holds(folder: string, name: string): boolean {
  try {
    return readdirSync(folder).includes(name);
  } catch (error) {
    if (hasErrno(error, 'EACCES') || hasErrno(error, 'ENOENT')) return false;
    throw ioError(error, folder);
  }
}
