import { type Taint, taintEffects } from '../hosts/kubernetes-names.ts';
import type { NodeHost, NodeSettings } from './settings.ts';
import type { HybridOptions, Json, KubeletOptions, NodeConfig } from './types.ts';

/**
 * The NodeConfig of one host. A host's labels and taints are put on top of the settings', by key and by key and effect. Labels and the
 * address become kubelet flags; taints and the number of pods become fields of its configuration, where nothing has to be quoted. Pure; what
 * is in it is not judged (`checkNodeConfig`).
 */
export function buildNodeConfig(settings: NodeSettings, host: NodeHost): NodeConfig {
  const { cluster, containerd } = settings;
  const kubelet = buildKubelet(settings, host);
  return {
    apiVersion: 'node.eks.aws/v1alpha1',
    kind: 'NodeConfig',
    spec: {
      cluster,
      hybrid: buildHybrid(settings, host),
      ...(kubelet === undefined ? {} : { kubelet }),
      ...(containerd === undefined ? {} : { containerd: { config: containerd } }),
    },
  };
}

function buildHybrid({ credentials, enableCredentialsFile }: NodeSettings, host: NodeHost): HybridOptions {
  const common = enableCredentialsFile === undefined ? {} : { enableCredentialsFile };
  if (credentials.kind === 'ssm') {
    const { activationCode, activationId } = credentials;
    return { ...common, ssm: { activationCode, activationId } };
  }
  const { kind: _kind, ...arns } = credentials;
  return { ...common, iamRolesAnywhere: { nodeName: host.name, ...arns } };
}

function buildKubelet(settings: NodeSettings, host: NodeHost): KubeletOptions | undefined {
  const config = buildKubeletConfig(settings, host);
  const flags = [...settings.kubelet.flags, ...buildFlags(settings, host)];
  if (Object.keys(config).length === 0 && flags.length === 0) return undefined;
  return {
    ...(Object.keys(config).length === 0 ? {} : { config }),
    ...(flags.length === 0 ? {} : { flags }),
  };
}

function buildKubeletConfig(settings: NodeSettings, host: NodeHost): Record<string, Json> {
  const config: Record<string, Json> = { ...settings.kubelet.config };
  const maxPods = host.maxPods ?? settings.maxPods;
  if (maxPods !== undefined) config['maxPods'] = maxPods;
  const given = config['registerWithTaints'];
  const taints = mergeTaints([...readTaints(given), ...settings.taints, ...(host.taints ?? [])]);
  // What is no list of taints stays as it is: the checker says so better than a merge that hides it.
  if (taints.length > 0 && (given === undefined || Array.isArray(given)))
    config['registerWithTaints'] = taints.map(({ key, value = '', effect }) => ({ key, value, effect }));
  return config;
}

function readTaints(given: Json | undefined): Taint[] {
  return Array.isArray(given) ? (given as unknown as Taint[]) : [];
}

/** The later of two with the same key and effect: Kubernetes refuses both together. */
function mergeTaints(taints: readonly Taint[]): Taint[] {
  const byIdentity = new Map(taints.map((taint) => [`${taint.key}:${taint.effect}`, taint]));
  const rank = ({ effect }: Taint) => taintEffects.indexOf(effect);
  return [...byIdentity.values()].sort((a, b) => (a.key === b.key ? rank(a) - rank(b) : a.key < b.key ? -1 : 1));
}

function buildFlags(settings: NodeSettings, host: NodeHost): string[] {
  const labels = Object.entries({ ...settings.labels, ...host.labels });
  const [address] = (host.ip ?? '').split('/');
  return [
    ...(labels.length === 0 ? [] : [`--node-labels=${labels.map(formatLabel).sort().join(',')}`]),
    ...(address === undefined || address === '' ? [] : [`--node-ip=${address}`]),
  ];
}

function formatLabel([key, value]: [string, string]): string {
  return `${key}=${value}`;
}
