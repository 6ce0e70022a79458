import { dirname, resolve } from 'node:path';
import { listBottlerocketFindings } from '../bottlerocket/config-findings.ts';
import type { BottlerocketFleet } from '../bottlerocket/fleet.ts';
import { toSettings } from '../bottlerocket/merge-extra.ts';
import type { Finding } from '../config/findings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { NodeSettings } from '../nodeconfig/settings.ts';
import type { CommandContext, CommandInput } from './command.ts';
import { resolveNodeSettings } from './resolve-cluster.ts';
import { readKeys } from './resolve-payloads.ts';

export interface ResolvedBottlerocket {
  fleet: BottlerocketFleet;
  /** Where the certificate and the key of a host are, absolute, with {host} in them. */
  files: { certificate: string | undefined; privateKey: string | undefined };
}

/** @throws FactoryError exit code 2 with everything that is wrong or missing; warnings go to the log. */
export async function resolveBottlerocket(context: CommandContext, input: CommandInput): Promise<ResolvedBottlerocket> {
  const judge = (config: ResolvedConfig, provider: string) => [
    ...listBottlerocketFindings(config),
    ...listMissing(config, provider),
  ];
  const { config, settings, configPath } = await resolveNodeSettings(context, input, { judge });
  const folder = configPath === undefined ? context.cwd : dirname(configPath);
  warnUnused(config, context);
  const { certificateFile, privateKeyFile } = config.bottlerocket;
  return {
    fleet: await buildFleet(config, settings, folder),
    files: {
      certificate: certificateFile === undefined ? undefined : resolve(folder, certificateFile),
      privateKey: privateKeyFile === undefined ? undefined : resolve(folder, privateKeyFile),
    },
  };
}

async function buildFleet(config: ResolvedConfig, settings: NodeSettings, folder: string): Promise<BottlerocketFleet> {
  const { bottlerocket, access } = config;
  const { cluster, credentials, labels, taints, maxPods, enableCredentialsFile } = settings;
  const { apiServerEndpoint = '', certificateAuthority = '', cidr = '' } = cluster;
  const fromFile =
    access.authorizedKeysFile === undefined
      ? []
      : await readKeys(resolve(folder, access.authorizedKeysFile), access.authorizedKeysFile);
  const authorizedKeys = [...(access.authorizedKeys ?? []), ...fromFile];
  return {
    cluster: { name: cluster.name, region: cluster.region, apiServerEndpoint, certificateAuthority, cidr },
    credentials,
    labels,
    taints,
    maxPods,
    enableCredentialsFile,
    sources: bottlerocket.sources ?? {},
    admin: bottlerocket.admin ? { user: access.user ?? 'ec2-user', authorizedKeys } : undefined,
    extra: bottlerocket.settings === undefined ? undefined : toSettings(bottlerocket.settings),
  };
}

/** Nobody on the node asks EKS. */
function listMissing(config: ResolvedConfig, provider: string): Finding[] {
  const { cluster } = config;
  const missing = (['apiServerEndpoint', 'certificateAuthority', 'cidr'] as const).filter(
    (key) => cluster[key] === undefined,
  );
  const files = (['certificateFile', 'privateKeyFile'] as const).filter(
    (key) => provider === 'iam-ra' && config.bottlerocket[key] === undefined,
  );
  const { admin } = config.bottlerocket;
  const { authorizedKeys = [], authorizedKeysFile } = config.access;
  const finding = (path: string, message: string, hint: string): Finding => ({
    severity: 'error',
    path,
    message,
    hint,
  });
  return [
    ...missing.map((key) =>
      finding(
        `cluster.${key}`,
        'is missing; Bottlerocket asks nobody for it',
        `'aws eks describe-cluster --name ${cluster.name ?? 'CLUSTER'} --region ${cluster.region}' shows it.`,
      ),
    ),
    ...files.map((key) =>
      finding(
        `bottlerocket.${key}`,
        'is missing; with IAM Roles Anywhere the payload carries certificate and key of the node',
        "Write a path with {host} in it, such as 'pki/{host}.pem'.",
      ),
    ),
    ...(admin && authorizedKeys.length === 0 && authorizedKeysFile === undefined
      ? [
          finding(
            'bottlerocket.admin',
            'is true, and nobody has a key',
            'Write access.authorizedKeys or access.authorizedKeysFile.',
          ),
        ]
      : []),
  ];
}

function warnUnused(config: ResolvedConfig, { log }: CommandContext): void {
  const { kubelet, containerd } = config.node;
  if (kubelet?.config !== undefined || kubelet?.flags !== undefined)
    log.warn('node.kubelet is for nodeadm: Bottlerocket takes bottlerocket.settings.kubernetes');
  if (containerd?.config !== undefined)
    log.warn('node.containerd is for nodeadm: Bottlerocket takes bottlerocket.settings.container-runtime');
}
