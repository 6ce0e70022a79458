import { Store } from '../../../core/store.ts';
import { type ImportedTool, importTools } from '../../../mirror/bundle/import-tools.ts';
import { openBundle } from '../../../mirror/bundle/open-bundle.ts';
import { readBundleManifest } from '../../../mirror/bundle/read-members.ts';
import { hostPlatform, platformName } from '../../../tools/platform.ts';
import { findCacheFolder } from '../../cache-folder.ts';
import type { CommandContext, CommandInput } from '../../command.ts';

export interface SplitNames {
  /** Tools that the bundle has; without names all of them. */
  bundled: readonly string[];
  others: readonly string[];
}

/** @param names as `hnf tools install` takes them, `name` or `name@version`. @throws FactoryError as readBundle */
export async function splitToolNames(path: string, names: readonly string[]): Promise<SplitNames> {
  const { tools } = (await readBundleManifest(path)).content;
  if (names.length === 0) return { bundled: tools.map(({ name }) => name), others: [] };
  const isBundled = (text: string) => {
    const [wanted, wantedVersion] = text.split('@');
    return tools.some(({ name, version }) => name === wanted && version === (wantedVersion ?? version));
  };
  const bundled = names.filter(isBundled).map((text) => text.split('@')[0] ?? text);
  return { bundled, others: names.filter((text) => !isBundled(text)) };
}

/** Puts a bundle's tools where hnf looks for its own. @throws FactoryError as openBundle */
export async function installFromBundle(
  context: CommandContext,
  input: CommandInput,
  path: string,
  names: readonly string[],
): Promise<ImportedTool[]> {
  const store = new Store(await findCacheFolder(context, input));
  const bundle = await openBundle(path, store.root, { hashes: store.hashes, signal: context.signal });
  const imported = await importTools(bundle, store, context, (name) => names.includes(name));
  const here = platformName(hostPlatform());
  const others = imported.filter(({ name, platform }) => name === 'packer' && platform !== here);
  for (const { platform } of others) context.log.warn(`the tools of this bundle are for ${platform}, this is ${here}`);
  return imported;
}
