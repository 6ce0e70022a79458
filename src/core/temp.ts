import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processReaper } from './reaper.ts';

/**
 * Runs `use` with a private folder (0700) that is gone afterwards, also after an error, an interrupt or `kill -9`.
 * @param parent where to make it; default the system's folder for temporary files.
 */
export async function withTempDir<T>(
  prefix: string,
  use: (folder: string) => Promise<T>,
  parent = tmpdir(),
): Promise<T> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `${prefix}-`));
  processReaper.addPath(folder);
  await chmod(folder, 0o700);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    processReaper.dropPath(folder);
  }
}
