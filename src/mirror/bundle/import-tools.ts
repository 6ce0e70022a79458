import { chmod, constants, copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FactoryError, messageOf } from '../../core/errors.ts';
import type { Store, StoreContext } from '../../core/store.ts';
import { resolveStored, type StoredTool, toolKind } from '../../tools/stored.ts';
import type { ResolvedTool } from '../../tools/types.ts';
import { bundleFolders } from './bundle-folders.ts';
import type { BundleMember } from './bundle-manifest.ts';
import type { Bundle } from './check-files.ts';

/** Beside each tool: what hnf notes about one it built or fetched itself. */
export const toolRecordName = 'tool.json';

const FileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

const ToolRecord = z.strictObject({
  name: FileName,
  version: z.string(),
  platform: FileName,
  origin: z.enum(['release', 'deb', 'go']),
  source: z.string(),
  binary: FileName,
  goVersion: z.string().optional(),
  seconds: z.number(),
});

export interface ImportedTool extends ResolvedTool {
  /** `linux-amd64` */
  platform: string;
}

/**
 * Puts the tools of a bundle where hnf looks for those it installed; what is there already stays.
 * @param isWanted by name; default: all of them
 * @throws FactoryError `input.invalid` for a tool that is not described as hnf does it
 */
export async function importTools(
  bundle: Bundle,
  store: Store,
  context: StoreContext,
  isWanted: (name: string) => boolean = () => true,
): Promise<ImportedTool[]> {
  const imported: ImportedTool[] = [];
  for (const [key, members] of listToolFolders(bundle)) {
    const folder = join(bundle.folder, bundleFolders.tools, key);
    const record = await readRecord(join(folder, toolRecordName));
    checkRecord(folder, key, record, members);
    if (!isWanted(record.name)) continue;
    const entry = await store.provide<StoredTool>(toolKind, key, context, async (target) => {
      for (const { path, executable } of members) {
        const copy = join(target, nameOf(path));
        await copyFile(join(bundle.folder, path), copy, constants.COPYFILE_FICLONE);
        await chmod(copy, executable ? 0o755 : 0o644);
      }
      return record;
    });
    imported.push({ ...resolveStored(entry), platform: record.platform });
  }
  return imported;
}

/** Key → its files, the record left out. */
function listToolFolders({ manifest }: Bundle): Map<string, BundleMember[]> {
  const folders = new Map<string, BundleMember[]>();
  for (const member of manifest.members) {
    const [top, key, name, ...more] = member.path.split('/');
    if (top !== bundleFolders.tools || key === undefined || name === undefined || more.length > 0) continue;
    const files = folders.get(key) ?? [];
    folders.set(key, name === toolRecordName ? files : [...files, member]);
  }
  return folders;
}

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? path;
}

async function readRecord(path: string): Promise<StoredTool> {
  try {
    const { goVersion, ...record } = ToolRecord.parse(JSON.parse(await readFile(path, 'utf8')));
    return { ...record, ...(goVersion === undefined ? {} : { goVersion }) };
  } catch (cause) {
    throw recordError(path, cause instanceof z.ZodError ? 'a field is wrong' : messageOf(cause));
  }
}

/** The key decides what the tool will be taken for. `entry.json` is the cache's own. */
function checkRecord(folder: string, key: string, record: StoredTool, members: readonly BundleMember[]): void {
  const { name, version, platform, binary } = record;
  const names = members.map(({ path }) => nameOf(path));
  if (!key.startsWith(`${name}-${version}-${platform}-`)) throw recordError(folder, `it says it is ${name} ${version}`);
  if (!names.includes(binary)) throw recordError(folder, `it has no '${binary}'`);
  if (names.includes('entry.json')) throw recordError(folder, "it has a file 'entry.json'");
}

function recordError(path: string, what: string): FactoryError {
  return new FactoryError('input.invalid', `'${path}' does not describe a tool: ${what}`, {
    hint: 'Make the bundle again with `hnf bundle create`.',
  });
}
