import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FactoryError, hasErrno } from './errors.ts';
import { formatBytes } from './sizes.ts';

/** Bytes an ordinary user may still write where `path` is or would be. */
export async function freeBytes(path: string): Promise<number> {
  try {
    const stats = await statfs(path);
    return stats.bavail * stats.bsize;
  } catch (error) {
    if (hasErrno(error, 'ENOENT') && dirname(path) !== path) return freeBytes(dirname(path));
    throw error;
  }
}

/** @throws FactoryError `space.low` */
export async function checkSpace(path: string, neededBytes: number, what: string): Promise<void> {
  const free = await freeBytes(path);
  if (free >= neededBytes) return;
  throw new FactoryError(
    'space.low',
    `${what} needs ${formatBytes(neededBytes)} in '${path}', free are ${formatBytes(free)}`,
    {
      hint: 'Free some space, or point HNF_CACHE_DIR and -o to a larger disk.',
    },
  );
}
