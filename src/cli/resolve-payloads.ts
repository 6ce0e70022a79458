import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { configError, type Finding } from '../config/findings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { findKeyFault } from '../config/rules-userdata.ts';
import { FactoryError, messageOf } from '../core/errors.ts';
import type { FleetPayloads } from '../flows/userdata/fleet.ts';
import { buildCloudConfig } from '../guestinfo/cloud-config.ts';
import { findCloudConfigFaults } from '../guestinfo/cloud-config-faults.ts';
import { buildCertificates } from '../guestinfo/guest-certificates.ts';
import { buildProxy } from '../guestinfo/guest-proxy.ts';
import { parseCloudConfig } from '../guestinfo/parse-cloud-config.ts';
import type { Datasource } from '../guestinfo/payload.ts';
import type { JsonMap, PayloadSettings } from '../guestinfo/types.ts';
import { buildNodeConfig } from '../nodeconfig/build.ts';
import { listNodeConfigFaults } from '../nodeconfig/check.ts';
import { toConfigFinding } from '../nodeconfig/config-findings.ts';
import type { NodeSettings } from '../nodeconfig/settings.ts';
import { type CommandContext, type CommandInput, findText, isSet } from './command.ts';
import { resolveNodeSettings } from './resolve-cluster.ts';

export interface ResolvedPayloads {
  fleet: FleetPayloads;
  warnings: string[];
  /** Files this came from, absolute. */
  files: string[];
}

/**
 * What the payloads of a fleet have in common, out of flags, environment and config.
 * @throws FactoryError `config.invalid`, `input.invalid` with everything that is wrong with it
 */
export async function resolvePayloads(
  context: CommandContext,
  input: CommandInput,
  beforeCommand: () => Promise<unknown>,
): Promise<ResolvedPayloads> {
  const { settings: node, config, configPath } = await resolveNodeSettings(context, input, { beforeCommand });
  checkNodeConfig(node, config);
  const folder = configPath === undefined ? context.cwd : dirname(configPath);
  const keysFile = config.access.authorizedKeysFile;
  const keysPath = keysFile === undefined ? undefined : resolve(folder, keysFile);
  const extraFlag = findText(input, 'cloudConfig');
  const extraFile = config.userdata.cloudConfigFile;
  const extraPath =
    extraFlag !== undefined
      ? resolve(context.cwd, extraFlag)
      : extraFile === undefined
        ? undefined
        : resolve(folder, extraFile);
  const extra =
    extraPath === undefined ? config.userdata.cloudConfig : await readCloudConfig(extraPath, extraFlag ?? extraFile);
  const keys = keysPath === undefined ? (config.access.authorizedKeys ?? []) : await readKeys(keysPath, keysFile);
  const payload = buildPayloadSettings({ config, node, keys, extra, multipart: isSet(input, 'multipart') });
  const warnings = checkExtra(payload, extraFlag ?? extraFile ?? 'userdata.cloudConfig');
  const { gateway, dns = [], search = [], interface: card } = config.userdata;
  const datasource = (findText(input, 'datasource') ?? 'vmware') as Datasource;
  return {
    fleet: { node, payload, defaults: { gateway, dns, search, interface: card }, datasource },
    warnings,
    files: [configPath, keysPath, extraPath].filter((path) => path !== undefined),
  };
}

/** Nothing is handed out that `nodeconfig check` refuses; what is a host's own is judged with the hosts file. */
function checkNodeConfig(node: NodeSettings, config: ResolvedConfig): void {
  const faults = listNodeConfigFaults(buildNodeConfig(node, { name: 'host' }));
  const errors = faults.filter(({ severity }) => severity !== 'warning').map((fault) => toConfigFinding(fault, config));
  if (errors.length > 0) throw configError('the settings', errors);
}

interface PayloadInput {
  config: ResolvedConfig;
  node: NodeSettings;
  keys: readonly string[];
  extra: JsonMap | undefined;
  multipart: boolean;
}

function buildPayloadSettings({ config, node, keys, extra, multipart }: PayloadInput): PayloadSettings {
  const { ntp = [], caCertificates = [], generation, redact } = config.userdata;
  const hasSecret = node.credentials.kind === 'ssm';
  const proxy =
    config.userdata.proxy === undefined || config.userdata.proxy === null
      ? { files: [], commands: [] }
      : buildProxy(config.userdata.proxy, hasSecret);
  const trusted = buildCertificates(caCertificates.map(({ name = '', pem = '' }) => ({ name, pem })));
  return {
    access: { user: config.access.user, authorizedKeys: keys },
    ntp,
    files: [...proxy.files, ...trusted.files],
    commands: [...proxy.commands, ...trusted.commands],
    extra,
    redact: redact ?? hasSecret,
    generation,
    multipart: multipart || (config.userdata.multipart ?? false),
  };
}

async function readCloudConfig(path: string, shown = path): Promise<JsonMap> {
  const parsed = parseCloudConfig(await readText(path, shown, 'cloud-config'));
  if ('config' in parsed) return parsed.config;
  const { message, hint, ...place } = parsed.fault;
  const finding: Finding = {
    severity: 'error',
    file: shown,
    path: '',
    message,
    ...place,
    ...(hint === undefined ? {} : { hint }),
  };
  throw configError(shown, [finding]);
}

/** Public keys, one per line. @throws FactoryError `config.invalid` with every line that is none, `input.not-found` */
export async function readKeys(path: string, shown = path): Promise<string[]> {
  const lines = (await readText(path, shown, 'file of public keys')).split('\n').map((line) => line.trim());
  const findings = lines.flatMap((line, at): Finding[] => {
    const fault = line === '' || line.startsWith('#') ? undefined : findKeyFault(line);
    return fault === undefined ? [] : [{ severity: 'error', file: shown, line: at + 1, path: '', message: fault }];
  });
  if (findings.length > 0) throw configError(shown, findings);
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

async function readText(path: string, shown: string, what: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new FactoryError('input.not-found', `the ${what} '${shown}' cannot be read: ${messageOf(cause)}`, { cause });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const hint = 'Save it as UTF-8; Latin-1 is the usual cause.';
    throw new FactoryError('input.invalid', `the ${what} '${shown}' is not UTF-8; accepted: UTF-8 text`, { hint });
  }
}

/** Warnings; what would keep a node from joining is an error. */
function checkExtra(payload: PayloadSettings, file: string): string[] {
  if (payload.extra === undefined) return [];
  const parts = { hostname: 'host', nodeConfig: 'nodeConfig\n' };
  const { extra: _extra, ...without } = payload;
  const merged = buildCloudConfig({ ...payload, multipart: false }, parts);
  const faults = findCloudConfigFaults(buildCloudConfig(without, parts), merged, payload.redact);
  const findings = faults.map((fault): Finding => ({ ...fault, file }));
  if (findings.some(({ severity }) => severity === 'error')) throw configError(file, findings);
  return findings.map(({ path, message, hint = '' }) => `${file}: ${path}: ${message}. ${hint}`.trim());
}
