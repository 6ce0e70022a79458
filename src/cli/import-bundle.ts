import { resolve } from 'node:path';
import { Store } from '../core/store.ts';
import type { ImportedTool } from '../mirror/bundle/import-bundle.ts';
import { findCacheFolder } from './cache-folder.ts';
import type { CommandContext, CommandInput } from './command.ts';

/** Puts a bundle's tools where hnf looks for its own. @throws FactoryError as openBundle */
export async function importBundleTools(
  context: CommandContext,
  input: Pick<CommandInput, 'options'>,
  path: string,
): Promise<ImportedTool[]> {
  const { openBundle } = await import('../mirror/bundle/open-bundle.ts');
  const { importTools } = await import('../mirror/bundle/import-bundle.ts');
  const store = new Store(await findCacheFolder(context, input));
  const bundle = await openBundle(resolve(context.cwd, path), store.root, context);
  return importTools(bundle, store, context);
}
