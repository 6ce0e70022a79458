import { constants, copyFile, link, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FactoryError } from '../../core/errors.ts';
import type { Store, StoreContext } from '../../core/store.ts';
import { type StoredTool, toolKind } from '../../tools/stored.ts';
import { bundleFolders } from './bundle-routes.ts';
import type { Bundle } from './open-bundle.ts';

/** Beside each tool: what hnf notes about one it built or fetched itself. */
export const toolRecordName = 'tool.json';

const Record = z.strictObject({
  name: z.string(),
  version: z.string(),
  platform: z.string(),
  origin: z.enum(['release', 'go']),
  source: z.string(),
  binary: z.string().regex(/^[A-Za-z0-9._-]+$/),
  goVersion: z.string().optional(),
  seconds: z.number(),
});

export type ImportedTool = Pick<StoredTool, 'name' | 'version' | 'platform'>;

/** Puts the tools of a bundle where hnf looks for those it installed; what is there already stays. @throws FactoryError `input.invalid` */
export async function importTools(bundle: Bundle, store: Store, context: StoreContext): Promise<ImportedTool[]> {
  const imported: ImportedTool[] = [];
  for (const { path } of bundle.manifest.members) {
    const [top, key, name] = path.split('/');
    if (top !== bundleFolders.tools || key === undefined || name !== toolRecordName) continue;
    const folder = join(bundle.folder, top, key);
    const record = await readRecord(join(folder, name));
    await store.provide<StoredTool>(toolKind, key, context, async (target) => {
      await copyFile(join(folder, record.binary), join(target, record.binary), constants.COPYFILE_FICLONE);
      return record;
    });
    imported.push({ name: record.name, version: record.version, platform: record.platform });
  }
  return imported;
}

/** Makes installer media, cloud images and archives known to the cache under their checksums. */
export async function importSources(bundle: Bundle, store: Store, context: StoreContext): Promise<void> {
  for (const { url, sha256 } of bundle.manifest.content.sources) {
    const file = join(bundle.folder, bundleFolders.sources, sha256);
    await store.provide('source', sha256, context, async (target) => {
      await link(file, join(target, 'disk')).catch(() =>
        copyFile(file, join(target, 'disk'), constants.COPYFILE_FICLONE),
      );
      return { url };
    });
  }
}

async function readRecord(path: string): Promise<StoredTool> {
  const parsed = Record.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new FactoryError('input.invalid', `'${path}' does not describe a tool`);
  const { goVersion, ...record } = parsed.data;
  return { ...record, ...(goVersion === undefined ? {} : { goVersion }) };
}
