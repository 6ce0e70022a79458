import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { sha256File } from '../../core/hash.ts';
import { type VspherePlugin, type VspherePluginKind, vspherePlugins } from '../../render/packer/vsphere-pins.ts';
import type { ToolsContext } from '../../tools/context.ts';
import { findTool, requireTool } from '../../tools/find.ts';
import { hostPlatform } from '../../tools/platform.ts';
import { requirePluginFolder } from '../../tools/plugin-folder.ts';

/** A plugin that is there, and the folder Packer finds it in. */
export interface UsablePlugin extends VspherePlugin {
  folder: string;
}

/**
 * The plugin a build uses: the one asked for; with `auto` ours, and VMware's from the user's own plugin folder where ours is missing.
 * @throws FactoryError `plugin.missing`
 */
export async function requireVspherePlugin(
  wanted: VspherePluginKind | 'auto',
  tools: ToolsContext,
): Promise<UsablePlugin> {
  const ours = wanted === 'vmware' ? undefined : await findTool('packer-plugin-vsphere', tools);
  if (ours !== undefined) return provideOurs(tools);
  const theirs = wanted === 'hashicorp' ? undefined : await findUserPlugin(tools.env);
  if (theirs !== undefined) return theirs;
  if (wanted !== 'vmware') return provideOurs(tools);
  throw new FactoryError('plugin.missing', 'github.com/vmware/vsphere 2.x is not in your Packer plugin folder', {
    hint: 'Run `packer plugins install github.com/vmware/vsphere`, or let hnf use its own with HNF_VSPHERE_PLUGIN=hashicorp.',
  });
}

async function provideOurs(tools: ToolsContext): Promise<UsablePlugin> {
  const { version } = await requireTool('packer-plugin-vsphere', tools);
  const folder = await requirePluginFolder(['packer-plugin-vsphere'], tools);
  return { kind: 'hashicorp', version: version ?? vspherePlugins.hashicorp.version, folder };
}

/** The newest whole release 2.x in the first of Packer's own plugin folders that has one. */
export async function findUserPlugin(env: ToolsContext['env']): Promise<UsablePlugin | undefined> {
  for (const folder of listPluginFolders(env)) {
    const home = join(folder, 'github.com', 'vmware', 'vsphere');
    const versions = (await readdir(home).catch(() => [])).flatMap(findVersion).sort(compareVersions).reverse();
    for (const version of versions) {
      if (await isWhole(join(home, fileName(version)))) return { kind: 'vmware', version: version.join('.'), folder };
    }
  }
  return undefined;
}

/** In Packer's order (facts: PACKER_PLUGIN_PATH alone if it is set). Pure. */
export function listPluginFolders(env: ToolsContext['env']): string[] {
  const set = (name: string) => (env[name] === undefined || env[name] === '' ? undefined : env[name]);
  const own = set('PACKER_PLUGIN_PATH');
  if (own !== undefined) return [own];
  const config = set('PACKER_CONFIG_DIR');
  const home = set('HOME');
  const xdg = set('XDG_CONFIG_HOME') ?? (home === undefined ? undefined : join(home, '.config'));
  return [
    ...(config === undefined ? [] : [join(config, '.packer.d', 'plugins')]),
    ...(home === undefined ? [] : [join(home, '.packer.d', 'plugins')]),
    ...(xdg === undefined ? [] : [join(xdg, 'packer', 'plugins')]),
  ];
}

type Version = [number, number, number];

function fileName(version: Version): string {
  const { os, arch } = hostPlatform();
  return `packer-plugin-vsphere_v${version.join('.')}_x5.0_${os}_${arch}`;
}

function findVersion(name: string): Version[] {
  const match = /^packer-plugin-vsphere_v(\d+)\.(\d+)\.(\d+)_x5\.0_/.exec(name);
  if (match === null || name.endsWith('_SHA256SUM') || Number(match[1]) !== 2) return [];
  return [[Number(match[1]), Number(match[2]), Number(match[3])]];
}

function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** Packer skips a plugin without the right sum beside it, silently. */
async function isWhole(path: string): Promise<boolean> {
  const wanted = await readFile(`${path}_SHA256SUM`, 'utf8').catch(() => undefined);
  if (wanted === undefined) return false;
  const digest = await sha256File(path).catch(() => undefined);
  return digest === wanted.trim();
}
