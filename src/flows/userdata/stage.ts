import { randomUUID } from 'node:crypto';
import { linkSync, lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import { ioError, throwIoError } from '../../core/files.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { processReaper } from '../../core/reaper.ts';
import { ownNames } from './payload-files.ts';

/**
 * A place beside the output where every folder is made whole before any of them gets its name. Until `place`, nothing of the output has
 * changed; a run that ends early, however it ends, leaves nothing.
 */
export interface Stage {
  folder: string;
  /** Gives the folders of these hosts their names. */
  place(hosts: readonly string[], signal: AbortSignal): Promise<void>;
}

export async function withStage<T>(output: string, use: (stage: Stage) => Promise<T>): Promise<T> {
  const isNew = lstatSync(output, { throwIfNoEntry: false }) === undefined;
  // A folder that is there stays the folder it is; a new one is the stage itself, renamed once.
  const parent = isNew ? dirname(output) : output;
  const top = join(parent, `.${basename(output)}.hnf-${randomUUID().slice(0, 8)}.tmp`);
  processReaper.addPath(top);
  try {
    await mkdir(parent, { recursive: true });
    await mkdir(top, { mode: 0o700 });
    const folder = isNew ? top : join(top, 'new');
    if (!isNew) await mkdir(folder, { mode: 0o700 });
    const place: Stage['place'] = isNew
      ? (_hosts, signal) => placeAll(top, output, signal)
      : (hosts, signal) => placeEach(hosts, { folder, old: join(top, 'old'), output, signal });
    return await use({ folder, place });
  } catch (error) {
    throw ioError(error, output);
  } finally {
    await rm(top, { recursive: true, force: true, maxRetries: 3 }).catch(throwIoError(top));
    processReaper.dropPath(top);
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
  signal: AbortSignal;
}

/** So many before others get their turn, and an interrupt is seen. */
const turn = 200;

async function placeEach(hosts: readonly string[], places: Places): Promise<void> {
  mkdirSync(places.old, 0o700);
  for (const [at, host] of hosts.entries()) {
    if (at % turn === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      checkInterrupted(places.signal);
    }
    placeOne(host, places);
  }
}

/** The new folder whole in place of the old one; what others put into the old one goes along. */
function placeOne(host: string, { folder, old, output }: Places): void {
  const [made, target] = [join(folder, host), join(output, host)];
  try {
    renameSync(made, target);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].some((code) => hasErrno(error, code))) throw ioError(error, target);
    for (const name of readdirSync(target)) if (!ownNames.includes(name)) takeAlong(name, target, made);
    renameSync(target, join(old, host));
    renameSync(made, target);
  }
}

/** As a second name of the same file, so that there is no moment without it. */
function takeAlong(name: string, from: string, to: string): void {
  const path = join(from, name);
  if (!lstatSync(path).isFile())
    throw new FactoryError('input.invalid', `'${path}' is in the way: hnf did not write it, and it is no file`, {
      hint: 'Move it, or choose another folder with -o.',
    });
  linkSync(path, join(to, name));
}

/** Names in the output that are no host of the file and hold what hnf wrote for one. */
export async function listLeftovers(output: string, isHost: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(output, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !isHost(entry.name));
  return folders.map(({ name }) => name).filter((name) => isPayloadFolder(join(output, name)));
}

function isPayloadFolder(folder: string): boolean {
  return readdirSync(folder).includes('userdata.b64');
}
