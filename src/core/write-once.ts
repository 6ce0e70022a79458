import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError, hasErrno } from './errors.ts';
import { makeFolder, writeFileAtomic } from './files.ts';
import { ioError } from './io-error.ts';
import type { RenderedFile } from './rendered-file.ts';

/**
 * Hands files over: they are the user's from now on, and no record of them is kept.
 * @throws FactoryError `input.invalid` for a folder that is not empty, unless `force`; `io.failed`
 */
export async function writeOnce(
  folder: string,
  files: readonly RenderedFile[],
  options: { force: boolean; dryRun: boolean },
): Promise<void> {
  if (!options.force && !(await isEmpty(folder))) {
    throw new FactoryError('input.invalid', `'${folder}' is not empty; accepted: a new or an empty folder`, {
      hint: 'Choose another folder with -o, or overwrite with --force; files of other names stay.',
    });
  }
  if (options.dryRun) return;
  try {
    await makeFolder(folder);
    for (const { path, content, mode } of files) await writeFileAtomic(join(folder, path), content, { mode });
  } catch (error) {
    throw ioError(error, folder);
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return true;
    throw ioError(error, folder);
  }
}
