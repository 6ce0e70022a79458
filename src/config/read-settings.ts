import type { SecretRegistry } from '../core/secrets.ts';
import { configError, type Finding, hasErrors } from './findings.ts';
import type { FlagValues } from './flags.ts';
import { diskFiles, type LoadedConfig, loadConfig } from './load.ts';
import { type Environment, type EnvironmentValue, readEnvironment } from './read-environment.ts';
import { type ResolvedConfig, resolveConfig } from './resolve.ts';
import { listRuleFindings } from './rules.ts';
import type { WrittenConfig } from './schema.ts';

export interface SettingsRequest {
  cwd: string;
  env: Environment;
  /** `--config`. */
  configFile?: string | undefined;
  /** The command's options; those that set no config value are not looked at. */
  flags?: FlagValues | undefined;
  /** Learns every secret that was read, so that no output shows it. */
  secrets?: SecretRegistry | undefined;
}

export interface Settings {
  loaded: LoadedConfig;
  config: ResolvedConfig;
  /** As if a person had written all of it. */
  merged: WrittenConfig;
  environment: readonly EnvironmentValue[];
  /** Everything wrong with file, environment and flags; what is about single images is found by the catalog. */
  findings: readonly Finding[];
}

/**
 * Reads config file, environment and flags and merges them; what is wrong is collected.
 * @throws FactoryError `config.not-found` when `--config` names no file, `config.invalid` when two configs lie side by side.
 */
export async function readSettings(request: SettingsRequest): Promise<Settings> {
  const loaded = await loadConfig(request);
  const environment = await readEnvironment(request.env, diskFiles.read);
  for (const { variable, text } of environment.values) if (variable.secret !== undefined) request.secrets?.add(text);
  const { written, file, locate } = loaded;
  const { config, merged, findings } = resolveConfig({
    written,
    file,
    locate,
    env: environment.values,
    flags: request.flags ?? {},
    variables: request.env,
  });
  const all = [...loaded.findings, ...environment.findings, ...findings, ...listRuleFindings(merged, config)];
  return { loaded, config, merged, environment: environment.values, findings: all };
}

/**
 * The config a command works with.
 * @throws FactoryError `config.invalid` with every finding of file, environment and flags; `config.not-found`.
 */
export async function loadSettings(request: SettingsRequest): Promise<Settings> {
  const settings = await readSettings(request);
  if (hasErrors(settings.findings)) throw configError(settings.loaded.file ?? 'the settings', settings.findings);
  return settings;
}
