import { copyFile, link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson, sha256 } from '../core/hash.ts';
import { withFileLock } from '../core/lock.ts';
import { withTempDir } from '../core/temp.ts';
import type { ToolsContext } from './context.ts';
import { requireTool } from './find.ts';
import { hostPlatform } from './platform.ts';
import type { Platform } from './types.ts';

export type PackerPluginName = 'packer-plugin-qemu' | 'packer-plugin-vsphere';

interface PluginFile {
  /** Below the plugin folder, `/`-separated. */
  path: string;
  source: string;
  sha256: string;
}

/** The plugin protocol in the file's name; Packer 1.11 and later load nothing else. */
const protocol = 'x5.0';

/** Where Packer looks for a plugin of HashiCorp's (facts/packer.md §1.2). Pure. */
export function pluginPath(name: PackerPluginName, version: string, platform: Platform): string {
  const short = name.replace('packer-plugin-', '');
  return `github.com/hashicorp/${short}/${name}_v${version}_${protocol}_${platform.os}_${platform.arch}`;
}

/**
 * A folder with exactly these plugins, for PACKER_PLUGIN_PATH; the user's own plugins are neither read nor changed. Made once per set of
 * versions, and again when a file in it is damaged.
 * @throws FactoryError `plugin.missing` when one is not installed.
 */
export async function requirePluginFolder(names: readonly PackerPluginName[], context: ToolsContext): Promise<string> {
  const files = await Promise.all(names.map((name) => describePlugin(name, context)));
  const key = sha256(canonicalJson(files.map((file) => [file.path, file.sha256]))).slice(0, 16);
  const folder = join(context.store.root, 'packer-plugins', key);
  const lock = join(context.store.root, 'locks', `packer-plugins-${key}.lock`);
  const options = { what: 'placing Packer plugins', timeoutMs: 5 * 60_000, signal: context.signal };
  return withFileLock(lock, options, async () => {
    if (!(await isWhole(folder, files, context))) await placePlugins(folder, files, context);
    return folder;
  });
}

async function describePlugin(name: PackerPluginName, context: ToolsContext): Promise<PluginFile> {
  const { path, version = '' } = await requireTool(name, context);
  const digest = await context.store.hashes.sha256(path, context.signal);
  return { path: pluginPath(name, version, hostPlatform()), source: path, sha256: digest };
}

async function isWhole(folder: string, files: readonly PluginFile[], context: ToolsContext): Promise<boolean> {
  for (const file of files) {
    const found = await context.store.hashes.sha256(join(folder, file.path), context.signal).catch(() => undefined);
    if (found !== file.sha256) return false;
  }
  return true;
}

async function placePlugins(folder: string, files: readonly PluginFile[], context: ToolsContext): Promise<void> {
  const parent = join(context.store.root, 'tmp');
  await withTempDir('packer-plugins', (temporary) => fill(temporary), parent);

  async function fill(temporary: string): Promise<void> {
    for (const file of files) {
      const target = join(temporary, file.path);
      await mkdir(dirname(target), { recursive: true });
      await link(file.source, target).catch(() => copyFile(file.source, target));
      // The digest alone: Packer skips a plugin whose file has anything else in it, silently.
      await writeFile(`${target}_SHA256SUM`, file.sha256);
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
    await rename(temporary, folder);
  }
}
