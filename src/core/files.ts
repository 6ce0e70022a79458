import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasErrno } from './errors.ts';
import { ioError } from './io-error.ts';
import { processReaper } from './reaper.ts';

/** A name beside `path` for a file in the making; the reaper removes it if hnf is killed. */
export function temporaryPath(path: string): string {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  processReaper.addPath(temporary);
  return temporary;
}

/**
 * As `mkdir -p`, for a path somebody gave. Node's own recursive `mkdir` never comes back where the parent exists and takes no folder,
 * as in /proc (seen with Node 24.21). @throws the system's error
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    const parent = dirname(path);
    if (!hasErrno(error, 'ENOENT') || parent === path) throw error;
    await makeFolder(parent);
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const isThere = await stat(path).catch(() => undefined);
    if (isThere?.isDirectory() !== true) throw error;
  }
}

/** Writes beside and renames: under the final name there is the old file or the whole new one. Default mode 0644. */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number } = {},
): Promise<void> {
  await produceFile(path, async (temporary) => {
    const handle = await open(temporary, 'wx', options.mode ?? 0o644);
    try {
      await handle.writeFile(content);
      await handle.chmod(options.mode ?? 0o644);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/**
 * Lets `produce` write a temporary file and gives it its final name when whole.
 * @throws FactoryError `io.failed` or `space.low` when the folder cannot be written.
 */
export async function produceFile<T>(path: string, produce: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = temporaryPath(path);
  try {
    await makeFolder(dirname(path));
    const result = await produce(temporary);
    await rename(temporary, path);
    return result;
  } catch (error) {
    throw ioError(error, path);
  } finally {
    await rm(temporary, { force: true, recursive: true }).catch(() => {});
    processReaper.dropPath(temporary);
  }
}

/** The text of a file, or undefined when there is none. */
export async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
