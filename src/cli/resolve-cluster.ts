import { configError, type Finding, hasErrors } from '../config/findings.ts';
import { loadSettings } from '../config/read-settings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { listCredentialFindings, listNodeFindings } from '../nodeconfig/config-findings.ts';
import { type Activation, chooseProvider, planNodeSettings } from '../nodeconfig/plan-settings.ts';
import type { NodeSettings } from '../nodeconfig/settings.ts';
import { type CommandContext, type CommandInput, findText } from './command.ts';
import { readActivation } from './read-activation.ts';

export interface ResolvedNodes {
  config: ResolvedConfig;
  /** With the secrets in it; they show in no output. */
  settings: NodeSettings;
  /** Absolute; undefined when there is no config file. */
  configPath: string | undefined;
}

/**
 * What nodes have in common, out of flags, environment and config, the activation read from wherever it is.
 * @throws FactoryError exit code 2 with everything that is wrong or missing; warnings go to the log.
 */
export async function resolveNodeSettings(
  context: CommandContext,
  input: CommandInput,
  { judge = () => [], beforeCommand = async () => {} }: ResolveOptions = {},
): Promise<ResolvedNodes> {
  const { cwd, env, secrets } = context;
  const { config, loaded } = await loadSettings({
    cwd,
    env,
    secrets,
    configFile: findText(input, 'config'),
    flags: pickFlags(input),
  });
  const unread = findActivation(config);
  const provider = chooseProvider(config, unread);
  // A command that costs something, or a file only root may read, is left alone where the answer is IAM Roles Anywhere.
  const activation = provider === 'ssm' ? await readActivation(context, config, beforeCommand) : unread;
  const planned = planNodeSettings(config, activation);
  const { settings } = planned;
  const credentials = settings === undefined ? [] : listCredentialFindings(settings, config);
  const findings = [...planned.findings, ...credentials, ...listNodeFindings(config), ...judge(config, provider)];
  if (settings === undefined || hasErrors(findings)) throw configError(loaded.file ?? 'the settings', findings);
  for (const { severity, path, message } of findings)
    if (severity === 'warning') context.log.warn(`${path}: ${message}`);
  return { config, settings, configPath: loaded.path };
}

export interface ResolveOptions {
  /** What a command has against the config besides; all of it is reported together. */
  judge?: (config: ResolvedConfig, provider: string) => readonly Finding[];
  /** Throws when other input is wrong: a command that makes an activation is not run for nothing. */
  beforeCommand?: () => Promise<unknown>;
}

/** A command may have options of the same name with another meaning, such as --output. */
function pickFlags({ options }: CommandInput): CommandInput['options'] {
  const { clusterName, region, provider, kubernetes, arch } = options;
  return { clusterName, region, provider, kubernetes, arch };
}

/** Where it would come from; enough to tell that there is one. */
function findActivation(config: ResolvedConfig): Activation {
  const { activationId, activationCodeFile, activationCommand } = config.ssm;
  return {
    activationId,
    activationCode: config.secrets.ssmActivationCode ?? activationCodeFile ?? activationCommand?.[0],
  };
}
