import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FactoryError, messageOf } from '../../core/errors.ts';
import { processReaper } from '../../core/reaper.ts';
import { formatBytes, GiB } from '../../core/sizes.ts';
import { freeBytes } from '../../core/space.ts';
import type { BaseContext } from './context.ts';
import { type NamespaceMode, runInside } from './namespace.ts';

/** With the machine's name: containers that share a folder do not share process ids. */
const namePrefix = () => `hnf-base-${hostname()}-`;

/** Tree 0.9 GiB, packages as downloaded 0.3 GiB, file system image 1.1 GiB (measured for all suites), and some air. */
const stagingBytes = 3.5 * GiB;

/** Name of the folder inside the staging folder that is handed over to the namespace's root. */
export const insideName = 'inside';

/**
 * Runs `use` with a folder that the namespace's root can reach, and removes it with everything in it, whoever owns it, also after an
 * error or an abort. What `kill -9` leaves is removed by the next run.
 * @throws FactoryError `space.low` when no folder has room.
 */
export async function withStaging<T>(
  context: BaseContext,
  mode: NamespaceMode,
  use: (staging: string) => Promise<T>,
): Promise<T> {
  const candidates = [...new Set([context.workDir, tmpdir(), '/var/tmp'])].filter(existsSync);
  for (const parent of candidates) await removeStale(context, parent);
  const parent = await chooseParent(candidates, mode);
  const staging = await mkdtemp(join(parent, `${namePrefix()}${process.pid}-`));
  processReaper.addPath(staging);
  try {
    // Entered by the namespace's root, a foreign user here; listed by nobody else.
    await chmod(staging, 0o711);
    return await use(staging);
  } finally {
    // A failure here must not hide the error that ended the work.
    await removeStaging(context, staging).catch((error) => warnLeft(context, staging, error));
  }
}

function warnLeft(context: BaseContext, path: string, error: unknown): void {
  context.log.warn(`cannot remove '${path}': ${messageOf(error)}`);
}

/** The path goes through apt's configuration and a shell's command line. */
const plainPath = /^[A-Za-z0-9_./@+,:~-]+$/;

async function chooseParent(candidates: readonly string[], mode: NamespaceMode): Promise<string> {
  const details: string[] = [];
  for (const folder of candidates) {
    const closed = mode === 'unshare' ? await findClosedFolder(folder) : undefined;
    const free = await freeBytes(folder);
    if (closed !== undefined) {
      details.push(`${folder}: other users, and so the user namespace, cannot enter '${closed}'`);
    } else if (!plainPath.test(folder)) details.push(`${folder}: has characters that mmdebstrap's hooks cannot carry`);
    else if (free < stagingBytes) details.push(`${folder}: ${formatBytes(free)} free`);
    else return folder;
  }
  throw new FactoryError(
    'space.low',
    `installing Debian needs ${formatBytes(stagingBytes)} in one folder; none has it`,
    {
      hint: 'Free some space, or set TMPDIR to a folder with space that every user may enter.',
      details,
    },
  );
}

/** The first folder on the way to `path` that has no search permission for others. */
async function findClosedFolder(path: string): Promise<string | undefined> {
  const above = dirname(path) === path ? undefined : await findClosedFolder(dirname(path));
  if (above !== undefined) return above;
  return ((await stat(path)).mode & 0o001) === 0 ? path : undefined;
}

/** What is inside belongs to the namespace's root. Nothing here goes through a mount, should there be one for whatever reason. */
async function removeStaging(context: BaseContext, staging: string): Promise<void> {
  const inside = join(staging, insideName);
  if (existsSync(inside)) {
    const command = ['find', inside, '-xdev', '-mindepth', '1', '-delete'];
    await runInside(context, command, { timeoutMs: 300_000, evenIfAborted: true });
    await rmdir(inside);
  }
  await rm(staging, { recursive: true, force: true });
}

/** Folders of runs that were killed: the process in the name is gone. */
async function removeStale(context: BaseContext, parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(namePrefix()) ? Number.parseInt(name.slice(namePrefix().length), 10) : Number.NaN;
    const path = join(parent, name);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const owner = await stat(path).catch(() => undefined);
    if (owner?.uid !== process.getuid?.()) continue;
    context.log.debug(`removing '${path}' of an earlier run that was killed`);
    await removeStaging(context, path).catch((error) => warnLeft(context, path, error));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
