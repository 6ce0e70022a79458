import { configError, type Finding } from '../config/findings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { FactoryError } from '../core/errors.ts';
import { buildNodeConfig } from '../nodeconfig/build.ts';
import { listNodeConfigFaults } from '../nodeconfig/check.ts';
import { toConfigFinding } from '../nodeconfig/config-findings.ts';
import { renderNodeConfig } from '../nodeconfig/render.ts';
import type { NodeHost } from '../nodeconfig/settings.ts';
import type { NodeConfig } from '../nodeconfig/types.ts';
import type { CommandContext, CommandInput } from './command.ts';
import { readHost } from './node-host.ts';
import { resolveNodeSettings } from './resolve-cluster.ts';

export interface RenderedNodeConfig {
  /** Null where the name does not matter. */
  host: string | null;
  /** With the secrets in it. */
  text: string;
}

/** @throws FactoryError exit code 2 with everything that is wrong or missing. */
export async function resolveNodeConfig(context: CommandContext, input: CommandInput): Promise<RenderedNodeConfig> {
  const host = readHost(input);
  const { config, settings } = await resolveNodeSettings(context, input);
  if (settings.credentials.kind === 'iam-ra' && host.name === '') throw nameMissing();
  const built = buildNodeConfig(settings, host);
  checkBuilt(built, config, host);
  return { host: host.name === '' ? null : host.name, text: renderNodeConfig(built) };
}

function nameMissing(): FactoryError {
  return new FactoryError('usage', 'with IAM Roles Anywhere a node needs a name', {
    hint: 'Give --host NAME; it is the common name of its certificate, too.',
  });
}

/** Nothing is handed out that `nodeconfig check` refuses. */
function checkBuilt(built: NodeConfig, config: ResolvedConfig, host: NodeHost): void {
  const errors = listNodeConfigFaults(built)
    .filter(({ severity }) => severity !== 'warning')
    .map((fault): Finding => toConfigFinding(fault, config));
  if (errors.length > 0)
    throw configError(host.name === '' ? 'the settings' : `the settings or host '${host.name}'`, errors);
}
