import { quote } from '../config/findings.ts';
import { isIpv4 } from '../config/host-name.ts';
import { findTaintFault } from '../hosts/kubernetes-names.ts';
import { kubeletConfigShape } from './data/kubelet-config.ts';
import type { DecodedConfig } from './decoded.ts';
import type { Fault } from './finding.ts';
import { listValueFaults } from './kubelet-values.ts';
import type { Json } from './types.ts';

type Config = Readonly<Record<string, Json>>;

/** Fields of kubelet's configuration: names, types, and what a hybrid node cannot live with. Paths begin at the field. */
export function listKubeletConfigFaults({ spec }: DecodedConfig): Fault[] {
  const config = spec?.kubelet?.config;
  if (config === undefined) return [];
  const faults = [
    ...listValueFaults(config, kubeletConfigShape, []),
    ...listFixedFaults(config),
    ...listNumberFaults(config),
    ...listTaintFaults(config['registerWithTaints']),
    ...listDnsFaults(config['clusterDNS']),
  ];
  return faults.map((fault) => ({ ...fault, path: ['spec', 'kubelet', 'config', ...fault.path] }));
}

/** Field, what it must not be, and why. */
const fixed: readonly { key: string; isWrong: (value: Json) => boolean; message: string; severity?: 'warning' }[] = [
  {
    key: 'apiVersion',
    isWrong: (value) => value !== 'kubelet.config.k8s.io/v1beta1',
    message: 'is no version of KubeletConfiguration; accepted: kubelet.config.k8s.io/v1beta1, or nothing',
  },
  {
    key: 'kind',
    isWrong: (value) => value !== 'KubeletConfiguration',
    message: 'is another kind; accepted: KubeletConfiguration, or nothing',
  },
  {
    key: 'providerID',
    isWrong: () => true,
    message: 'is set by nodeadm (eks-hybrid:///REGION/CLUSTER/NODE), and EKS knows the node by it; accepted: nothing',
  },
  {
    key: 'cgroupDriver',
    isWrong: (value) => value !== 'systemd',
    message: "is not the driver nodeadm gives containerd; accepted: 'systemd'",
  },
  {
    key: 'registerNode',
    isWrong: (value) => value === false,
    message: 'keeps the node out of the cluster; accepted: true',
  },
  {
    key: 'enableServer',
    isWrong: (value) => value === false,
    message: 'turns off what logs, exec and metrics come from; accepted: true',
  },
  {
    key: 'containerRuntimeEndpoint',
    isWrong: (value) => value !== 'unix:///run/containerd/containerd.sock',
    message: "is another runtime than nodeadm's containerd; accepted: 'unix:///run/containerd/containerd.sock'",
  },
  {
    key: 'serverTLSBootstrap',
    isWrong: (value) => value === false,
    message: 'leaves kubelet without a certificate EKS accepts: no logs, no exec',
    severity: 'warning',
  },
  { key: 'port', isWrong: (value) => value !== 10250, message: 'is not 10250, where EKS calls', severity: 'warning' },
  {
    key: 'readOnlyPort',
    isWrong: (value) => value !== 0,
    message: "opens kubelet's port without authentication",
    severity: 'warning',
  },
];

function listFixedFaults(config: Config): Fault[] {
  return fixed.flatMap(({ key, isWrong, message, severity }) => {
    const value = Object.hasOwn(config, key) ? config[key] : undefined;
    if (value === undefined || value === null || !isWrong(value)) return [];
    return [{ path: [key], code: 'kubelet.value', message, severity }];
  });
}

/** Beyond these kubelet refuses to start or no pod fits (pkg/kubelet/apis/config/validation). */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  maxPods: [1, 2500],
  podsPerCore: [0, 2500],
  imageGCHighThresholdPercent: [0, 100],
  imageGCLowThresholdPercent: [0, 100],
  containerLogMaxFiles: [2, 1_000_000],
  maxParallelImagePulls: [1, 1_000_000],
  oomScoreAdj: [-1000, 1000],
};

function listNumberFaults(config: Config): Fault[] {
  return Object.entries(ranges).flatMap(([key, [least, most]]) => {
    const value = Object.hasOwn(config, key) ? config[key] : undefined;
    if (typeof value !== 'number' || (value >= least && value <= most)) return [];
    return [{ path: [key], code: 'kubelet.value', message: `${value} is out of range; accepted: ${least} to ${most}` }];
  });
}

function listTaintFaults(taints: Json | undefined): Fault[] {
  if (!Array.isArray(taints)) return [];
  const seen = new Set<string>();
  return taints.flatMap((taint: Json, index): Fault[] => {
    if (taint === null || typeof taint !== 'object' || Array.isArray(taint)) return [];
    const { key, value, effect } = taint as Readonly<Record<string, Json>>;
    const path = ['registerWithTaints', index];
    const texts = [key, value ?? '', effect];
    if (texts.some((text) => text !== undefined && typeof text !== 'string')) return [];
    const fault = findTaintFault({ key: String(key ?? ''), value: String(value ?? ''), effect: String(effect ?? '') });
    if (fault !== undefined) return [{ path, code: 'kubelet.taint', message: `taint ${quote(key ?? '')} ${fault}` }];
    const identity = `${String(key)}:${String(effect)}`;
    if (seen.has(identity))
      return [
        {
          path,
          code: 'kubelet.taint',
          message: `taint '${identity}' stands here twice; accepted: each key and effect once`,
        },
      ];
    seen.add(identity);
    return [];
  });
}

function listDnsFaults(addresses: Json | undefined): Fault[] {
  if (!Array.isArray(addresses)) return [];
  return addresses.flatMap((address: Json, index): Fault[] =>
    typeof address !== 'string' || isIpv4(address)
      ? []
      : [
          {
            path: ['clusterDNS', index],
            code: 'kubelet.value',
            message: `${quote(address)} is no IPv4 address; accepted: one`,
          },
        ],
  );
}
