import type { NodeConfigCase } from './case.ts';
import { clusterCases } from './cluster.ts';
import { credentialCases } from './credentials.ts';
import { fieldCases } from './fields.ts';
import { kubeletCases } from './kubelet.ts';
import { syntaxCases } from './syntax.ts';

/** By what they are about, in the order of docs/nodeconfig.md. */
export const caseGroups: readonly (readonly [string, readonly NodeConfigCase[]])[] = [
  ['Text and YAML', syntaxCases],
  ['Fields', fieldCases],
  ['Cluster', clusterCases],
  ['Credentials', credentialCases],
  ['kubelet and containerd', kubeletCases],
];

export const allCases: readonly NodeConfigCase[] = caseGroups.flatMap(([, cases]) => cases);
