import { FactoryError, hasErrno, messageOf } from './errors.ts';

const folderSettings = 'results: -o, cache: HNF_CACHE_DIR, temporary files: TMPDIR';

/** A system error about `path` as a FactoryError; anything else unchanged. */
export function ioError(error: unknown, path: string): unknown {
  if (error instanceof FactoryError) return error;
  if (hasErrno(error, 'ENOSPC') || hasErrno(error, 'EDQUOT')) {
    const hint = `Free some space or choose another folder (${folderSettings}), then run the same command again.`;
    return new FactoryError('space.low', `no space left while writing '${path}'`, { hint, cause: error });
  }
  for (const code of ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENAMETOOLONG', 'ELOOP']) {
    if (!hasErrno(error, code)) continue;
    const hint = `Choose a folder you may write (${folderSettings}).`;
    return new FactoryError('io.failed', `cannot write '${path}': ${messageOf(error)}`, { hint, cause: error });
  }
  return error;
}

/** For `.catch`: throws a system error about `path` as a FactoryError. */
export function throwIoError(path: string): (error: unknown) => never {
  return (error) => {
    throw ioError(error, path);
  };
}
