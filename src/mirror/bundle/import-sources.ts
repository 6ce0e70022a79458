import { constants, copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store, StoreContext } from '../../core/store.ts';
import { bundleFolders } from './bundle-folders.ts';
import type { Bundle } from './check-files.ts';

/** Kind of the cache's entries for installer media, disks and archives, each keyed by its SHA-256, and the file in them. */
export const sourceKind = 'source';
export const sourceFileName = 'disk';

/** Makes a bundle's installer media, cloud images and archives known to the cache under their checksums. */
export async function importSources(bundle: Bundle, store: Store, context: StoreContext): Promise<void> {
  for (const { url, sha256 } of bundle.manifest.content.sources) {
    const file = join(bundle.folder, bundleFolders.sources, sha256);
    await store.provide(sourceKind, sha256, context, async (folder) => {
      const target = join(folder, sourceFileName);
      await link(file, target).catch(() => copyFile(file, target, constants.COPYFILE_FICLONE));
      return { url };
    });
  }
}
