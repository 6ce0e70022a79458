import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './files.ts';
import { ioError, throwIoError } from './io-error.ts';
import { processReaper } from './reaper.ts';
import { claimFolder, isSweptPrefix, sweepFolders } from './temp-sweep.ts';

const swept = new Set<string>();

/**
 * Runs `use` with a private folder (0700) that is gone afterwards, also after an error, an interrupt or `kill -9`. Where even the reaper
 * was killed, the next run removes it (prefixes `hnf…` only).
 * @param parent where to make it; default the system's folder for temporary files.
 * @throws FactoryError `io.failed` or `space.low` when there can be no folder
 */
export async function withTempDir<T>(
  prefix: string,
  use: (folder: string) => Promise<T>,
  parent = tmpdir(),
): Promise<T> {
  if (isSweptPrefix(prefix) && !swept.has(parent)) {
    swept.add(parent);
    await sweepFolders(parent);
  }
  const folder = await makeOwn(parent, prefix);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(throwIoError(folder));
    processReaper.dropPath(folder);
  }
}

async function makeOwn(parent: string, prefix: string): Promise<string> {
  try {
    await makeFolder(parent);
    const folder = await mkdtemp(join(parent, `${prefix}-`));
    processReaper.addPath(folder);
    await chmod(folder, 0o700);
    if (isSweptPrefix(prefix)) await claimFolder(folder);
    return folder;
  } catch (error) {
    throw ioError(error, parent);
  }
}
