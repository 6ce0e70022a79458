import { type ConfigPath, type Finding, formatPath, quote } from '../config/findings.ts';
import { placeOf, type ResolvedConfig } from '../config/resolve.ts';
import { valueAt } from '../config/schema-findings.ts';
import { findLabelFault, findTaintFault, parseTaint } from '../hosts/kubernetes-names.ts';
import { listArnFaults } from './arns.ts';
import type { DecodedConfig } from './decoded.ts';
import type { Fault } from './finding.ts';
import { listClusterFaults } from './rules-cluster.ts';
import { listContainerdFaults } from './rules-containerd.ts';
import { listKubeletConfigFaults } from './rules-kubelet-config.ts';
import { listKubeletFlagFaults } from './rules-kubelet-flags.ts';

/** Where the config says what a field of NodeConfig gets. */
const origins: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['spec', 'cluster'], ['cluster']],
  [['spec', 'hybrid', 'iamRolesAnywhere'], ['iamRolesAnywhere']],
  [['spec', 'hybrid', 'ssm'], ['ssm']],
  [
    ['spec', 'kubelet'],
    ['node', 'kubelet'],
  ],
  [
    ['spec', 'containerd'],
    ['node', 'containerd'],
  ],
];

/** What nodes would have against the config, wherever it stands: a value that nodeadm, kubelet or containerd refuse. What is missing is no fault here. */
export function listNodeFindings(config: ResolvedConfig): Finding[] {
  const { name, region, apiServerEndpoint, certificateAuthority, cidr } = config.cluster;
  const { kubelet, containerd } = config.node;
  const decoded = {
    spec: {
      cluster: { name, region, apiServerEndpoint, certificateAuthority, cidr },
      hybrid: { iamRolesAnywhere: config.iamRolesAnywhere },
      kubelet,
      containerd,
    },
  } as DecodedConfig;
  const arns = listArnFaults(config.iamRolesAnywhere, region).map((fault) => ({
    ...fault,
    path: ['spec', 'hybrid', 'iamRolesAnywhere', ...fault.path],
  }));
  const faults = [
    ...listClusterFaults(decoded),
    ...arns,
    ...listKubeletConfigFaults(decoded),
    ...listKubeletFlagFaults(decoded),
    ...listContainerdFaults(decoded),
  ].filter(({ path }) => valueAt(decoded, path) !== undefined);
  return [...faults, ...listLabelFaults(config), ...listTaintFaults(config)].map((fault) =>
    toConfigFinding(fault, config),
  );
}

function listLabelFaults({ node }: ResolvedConfig): Fault[] {
  return Object.entries(node.labels ?? {}).flatMap(([key, value]) => {
    const fault = findLabelFault(key, value);
    return fault === undefined
      ? []
      : [{ path: ['node', 'labels', key], code: '', message: `label ${quote(key)} ${fault}` }];
  });
}

function listTaintFaults({ node }: ResolvedConfig): Fault[] {
  const seen = new Set<string>();
  return (node.taints ?? []).flatMap((text, index): Fault[] => {
    const taint = parseTaint(text);
    const fault = taint === undefined ? 'is no taint; accepted: key=value:Effect' : findTaintFault(taint);
    const identity = `${taint?.key}:${taint?.effect}`;
    const twice = seen.has(identity) ? 'stands here twice; accepted: each key and effect once' : undefined;
    seen.add(identity);
    const message = fault ?? twice;
    return message === undefined
      ? []
      : [{ path: ['node', 'taints', index], code: '', message: `taint ${quote(text)} ${message}` }];
  });
}

/** A fault of a NodeConfig as a finding of the config it was built from. */
export function toConfigFinding({ path, message, severity = 'error', hint }: Fault, config: ResolvedConfig): Finding {
  const at = toConfigPath(path);
  const place = findPlace(at, config);
  return { severity, path: formatPath(at), message, ...(hint === undefined ? {} : { hint }), ...place };
}

function toConfigPath(path: ConfigPath): ConfigPath {
  for (const [from, to] of origins)
    if (from.every((part, index) => path[index] === part)) return [...to, ...path.slice(from.length)];
  return path;
}

/** The place of the value, or of the nearest group that stands somewhere. */
function findPlace(path: ConfigPath, config: ResolvedConfig) {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = config.origins.get(formatPath(path.slice(0, length)));
    if (origin === undefined) continue;
    return origin.kind === 'file' ? config.locate(path) : placeOf(origin);
  }
  return {};
}
