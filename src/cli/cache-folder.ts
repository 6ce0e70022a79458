import { resolve } from 'node:path';
import { loadSettings } from '../config/read-settings.ts';
import type { CommandContext, CommandInput } from './command.ts';

/**
 * Where layers, tools and notes are kept: HNF_CACHE_DIR, else `cache.directory` of the config, else under `~/.cache`.
 * @throws FactoryError `config.invalid`: with settings that cannot be read it could be the wrong folder.
 */
export async function findCacheFolder(
  { cwd, env, secrets }: Pick<CommandContext, 'cwd' | 'env' | 'secrets'>,
  input: Pick<CommandInput, 'options'>,
): Promise<string> {
  const configFile = typeof input.options['config'] === 'string' ? input.options['config'] : undefined;
  const { config } = await loadSettings({ cwd, env, secrets, configFile });
  return resolve(cwd, config.cache.directory);
}
