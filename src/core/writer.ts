import { chmod, lstat, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { FactoryError } from './errors.ts';
import { findText, makeFolder, writeFileAtomic } from './files.ts';
import { ioError } from './io-error.ts';
import { lineDiff } from './line-diff.ts';
import type { RenderedFile } from './rendered-file.ts';

export interface Change {
  path: string;
  change: 'create' | 'update' | 'remove' | 'unchanged';
  /** With `dryRun`: what would change, line by line; else empty. */
  diff: string;
}

/** Lists the files we wrote into a folder; only these are ever removed from it. */
const recordName = '.hnf-files.json';

/**
 * Makes `folder` hold `files`: unchanged ones are left alone, files an earlier run wrote and this one does not are removed, files of
 * others are never touched.
 * @throws FactoryError `input.invalid` for a file in the way that we did not write; `io.failed`, `space.low`
 */
export async function writeTree(
  folder: string,
  files: readonly RenderedFile[],
  options: { dryRun: boolean },
): Promise<Change[]> {
  for (const file of files) checkInside(file.path);
  const recorded = await readRecord(folder);
  const changes: Change[] = [];
  for (const file of files) changes.push(await planFile(folder, file, recorded, options.dryRun));
  const kept = new Set(files.map((file) => file.path));
  for (const path of recorded) {
    if (!kept.has(path)) changes.push({ path, change: 'remove', diff: '' });
  }
  if (!options.dryRun) await applyChanges(folder, files, changes);
  return changes;
}

async function planFile(
  folder: string,
  file: RenderedFile,
  recorded: ReadonlySet<string>,
  withDiff: boolean,
): Promise<Change> {
  const path = join(folder, file.path);
  const present = await readPresent(path);
  if (present === undefined)
    return { path: file.path, change: 'create', diff: withDiff ? lineDiff('', file.content) : '' };
  if (!recorded.has(file.path)) {
    throw new FactoryError('input.invalid', `'${path}' is in the way: hnf did not write it`, {
      hint: 'Choose another folder with -o, or move the file.',
    });
  }
  const mode = (await stat(path)).mode & 0o777;
  const same = present === file.content && mode === file.mode;
  const diff = withDiff && !same ? lineDiff(present, file.content) : '';
  return { path: file.path, change: same ? 'unchanged' : 'update', diff };
}

async function readPresent(path: string): Promise<string | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return undefined;
  if (stats.isFile()) return readFile(path, 'utf8');
  throw new FactoryError('input.invalid', `'${path}' is in the way: a file has to be written there`);
}

async function applyChanges(folder: string, files: readonly RenderedFile[], changes: readonly Change[]): Promise<void> {
  try {
    await makeFolder(folder);
    for (const file of files) {
      const path = join(folder, file.path);
      if (changes.find((change) => change.path === file.path)?.change === 'unchanged') continue;
      await writeFileAtomic(path, file.content, { mode: file.mode });
      await chmod(path, file.mode);
    }
    for (const change of changes) if (change.change === 'remove') await removeOwn(folder, change.path);
    const record = files.map((file) => file.path).sort();
    await writeFileAtomic(join(folder, recordName), `${JSON.stringify(record, null, 2)}\n`);
  } catch (error) {
    throw ioError(error, folder);
  }
}

async function removeOwn(folder: string, path: string): Promise<void> {
  checkInside(path);
  await rm(join(folder, path), { force: true });
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    if (
      !(await rmdir(join(folder, parent)).then(
        () => true,
        () => false,
      ))
    )
      return;
  }
}

/** A record in the folder could have been changed by anybody. */
function checkInside(path: string): void {
  const clean = normalize(path);
  if (clean === path && !clean.startsWith(`..${sep}`) && !clean.startsWith('/') && clean !== '..') return;
  throw new FactoryError('input.invalid', `'${path}' leads out of the output folder`);
}

async function readRecord(folder: string): Promise<ReadonlySet<string>> {
  const text = await findText(join(folder, recordName));
  if (text === undefined) return new Set();
  const record: unknown = JSON.parse(text);
  return new Set(Array.isArray(record) ? record.filter((path) => typeof path === 'string') : []);
}
