import type { Finding } from '../config/findings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { parseTaint, type Taint } from '../hosts/kubernetes-names.ts';
import type { IamRolesAnywhereCredentials, NodeCredentials, NodeSettings, SsmCredentials } from './settings.ts';

/** The activation as it was found: in the environment, in files, from a command. */
export interface Activation {
  activationCode?: string | undefined;
  activationId?: string | undefined;
}

export interface PlannedSettings {
  /** Undefined when something is missing. */
  settings: NodeSettings | undefined;
  findings: readonly Finding[];
}

export type Provider = NodeCredentials['kind'];

/**
 * What the nodes have in common, out of the config and the activation. What is missing is reported all at once. Pure; what is there is judged by
 * `listNodeFindings` and `checkNodeConfig`.
 */
export function planNodeSettings(config: ResolvedConfig, activation: Activation): PlannedSettings {
  const findings: Finding[] = [];
  const missing = (path: string, message: string, hint: string) =>
    findings.push({ severity: 'error', path, message, hint });
  const cluster = planCluster(config, missing);
  const credentials = planCredentials(config, activation, missing);
  if (cluster === undefined || credentials === undefined) return { settings: undefined, findings };
  const { labels = {}, taints = [], maxPods, enableCredentialsFile, kubelet, containerd } = config.node;
  const settings: NodeSettings = {
    cluster,
    credentials,
    enableCredentialsFile,
    labels,
    taints: taints.flatMap((text) => (parseTaint(text) as Taint | undefined) ?? []),
    maxPods,
    kubelet: { config: kubelet?.config ?? {}, flags: kubelet?.flags ?? [] },
    containerd: containerd?.config,
  };
  return { settings, findings };
}

type Missing = (path: string, message: string, hint: string) => void;

function planCluster(config: ResolvedConfig, missing: Missing): NodeSettings['cluster'] | undefined {
  const { name, region, apiServerEndpoint, certificateAuthority, cidr } = config.cluster;
  const regionIsSaid = config.origins.get('cluster.region')?.kind !== 'default';
  if (name === undefined)
    missing(
      'cluster.name',
      'is missing; accepted: the name of the EKS cluster',
      'Give --cluster-name, set EKS_CLUSTER_NAME or write cluster.name into the config.',
    );
  if (!regionIsSaid)
    missing(
      'cluster.region',
      "is missing; accepted: the cluster's AWS region, which nodes have no default for",
      'Give --region, set AWS_REGION or write cluster.region into the config.',
    );
  if (name === undefined || !regionIsSaid) return undefined;
  return { name, region, apiServerEndpoint, certificateAuthority, cidr };
}

function planCredentials(
  config: ResolvedConfig,
  activation: Activation,
  missing: Missing,
): NodeCredentials | undefined {
  const provider = chooseProvider(config, activation);
  if (provider === 'ssm') return planSsm(config, activation, missing);
  if (provider === 'iam-ra') return planIamRolesAnywhere(config, missing);
  missing(
    'provider',
    provider === 'both'
      ? 'is not said, and there is both an SSM activation and iamRolesAnywhere; accepted: ssm, iam-ra'
      : 'is not said, and there is neither an SSM activation nor iamRolesAnywhere; accepted: ssm, iam-ra',
    provider === 'both'
      ? 'Give --provider, or set CREDENTIAL_PROVIDER.'
      : 'Set HNF_SSM_ACTIVATION_CODE and HNF_SSM_ACTIVATION_ID (or the same with _FILE), or write iamRolesAnywhere into the config.',
  );
  return undefined;
}

/** What is said; else what there are credentials for. */
export function chooseProvider(config: ResolvedConfig, activation: Activation): Provider | 'both' | 'none' {
  const said = config.imageOverrides.provider ?? config.imageDefaults.provider;
  if (said !== undefined) return said === 'ssm' ? 'ssm' : 'iam-ra';
  const { trustAnchorArn, profileArn, roleArn } = config.iamRolesAnywhere;
  const hasArns = (trustAnchorArn ?? profileArn ?? roleArn) !== undefined;
  const hasActivation = (activation.activationCode ?? activation.activationId) !== undefined;
  if (hasArns && hasActivation) return 'both';
  if (hasArns) return 'iam-ra';
  return hasActivation ? 'ssm' : 'none';
}

function planSsm(
  config: ResolvedConfig,
  { activationCode, activationId = config.ssm.activationId }: Activation,
  missing: Missing,
): SsmCredentials | undefined {
  if (activationCode === undefined)
    missing(
      'ssm.activationCode',
      "is missing; accepted: the ActivationCode that 'aws ssm create-activation' printed",
      'Set HNF_SSM_ACTIVATION_CODE, HNF_SSM_ACTIVATION_CODE_FILE, or ssm.activationCommand in the config.',
    );
  if (activationId === undefined)
    missing(
      'ssm.activationId',
      "is missing; accepted: the ActivationId that 'aws ssm create-activation' printed",
      'Set HNF_SSM_ACTIVATION_ID, HNF_SSM_ACTIVATION_ID_FILE, or ssm.activationId in the config.',
    );
  if (activationCode === undefined || activationId === undefined) return undefined;
  return { kind: 'ssm', activationCode, activationId };
}

function planIamRolesAnywhere(config: ResolvedConfig, missing: Missing): IamRolesAnywhereCredentials | undefined {
  const { trustAnchorArn, profileArn, roleArn, certificatePath, privateKeyPath, awsConfigPath } =
    config.iamRolesAnywhere;
  for (const [key, value] of Object.entries({ trustAnchorArn, profileArn, roleArn })) {
    if (value !== undefined) continue;
    missing(
      `iamRolesAnywhere.${key}`,
      'is missing; accepted: its ARN',
      `Write iamRolesAnywhere.${key} into the config.`,
    );
  }
  if (trustAnchorArn === undefined || profileArn === undefined || roleArn === undefined) return undefined;
  // Both have defaults.
  const paths = { certificatePath: certificatePath ?? '', privateKeyPath: privateKeyPath ?? '' };
  return { kind: 'iam-ra', trustAnchorArn, profileArn, roleArn, ...paths, awsConfigPath };
}
