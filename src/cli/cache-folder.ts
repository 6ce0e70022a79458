import { resolve } from 'node:path';
import { readSettings } from '../config/read-settings.ts';
import type { CommandContext } from './command.ts';

/** Where layers, tools and notes are kept: HNF_CACHE_DIR, else `cache.directory` of the config, else under `~/.cache`. */
export async function findCacheFolder({
  cwd,
  env,
  secrets,
}: Pick<CommandContext, 'cwd' | 'env' | 'secrets'>): Promise<string> {
  const { config } = await readSettings({ cwd, env, secrets });
  return resolve(cwd, config.cache.directory);
}
