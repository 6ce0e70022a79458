import { FactoryError } from '../core/errors.ts';
import { pythonTools } from './table-python.ts';
import { systemTools } from './table-system.ts';
import type { Tool } from './types.ts';

const kubernetesProbe = { args: ['--version'], pattern: /^Kubernetes v(\S+)/m } as const;

/** Host programs, Packer's plugins and what goes into the guest: versions that were run together. */
const pinnedTools = [
  {
    name: 'packer',
    kind: 'program',
    why: 'builds the images',
    wanted: '>=1.11.0 <2',
    pinned: '1.16.0',
    sources: ['path', 'release', 'go'],
    // On some distributions `packer` is cracklib's dictionary tool, which waits on stdin.
    probe: { args: ['version'], pattern: /^Packer v(\S+)/m },
  },
  {
    name: 'packer-plugin-qemu',
    kind: 'packer-plugin',
    why: 'lets Packer build under QEMU',
    wanted: '=1.0.9',
    pinned: '1.0.9',
    sources: ['release', 'go'],
    probe: { args: ['describe'], pattern: /"version":"([^"]+)"/ },
  },
  {
    name: 'packer-plugin-vsphere',
    kind: 'packer-plugin',
    why: 'lets Packer build on a vCenter',
    wanted: '=1.4.2',
    pinned: '1.4.2',
    sources: ['release', 'go'],
    probe: { args: ['describe'], pattern: /"version":"([^"]+)"/ },
  },
  {
    name: 'nodeadm',
    kind: 'program',
    why: 'checks NodeConfig here, installs and joins in the guest',
    wanted: '>=1.0.9 <2',
    pinned: '1.0.19',
    sources: ['path', 'release', 'go'],
    probe: { args: ['--version'], pattern: /^Version: v(\S+)/m },
  },
  {
    name: 'govc',
    kind: 'program',
    why: 'talks to vSphere',
    wanted: '>=0.46.0 <1',
    pinned: '0.56.0',
    sources: ['path', 'release', 'go'],
    probe: { args: ['version'], pattern: /^govc (\S+)/m },
  },
  {
    name: 'vcsim',
    kind: 'program',
    why: 'stands in for a vCenter in the lab',
    wanted: '=0.56.0',
    pinned: '0.56.0',
    // Ours can inject faults; the vendor's program has no flag for it, so it is no substitute.
    sources: ['go'],
    probe: { args: ['version'], pattern: /^Build Version: v(\S+)/m },
  },
  {
    name: 'kubelet',
    kind: 'node-artifact',
    why: 'runs in the guest',
    wanted: '=1.34.2',
    pinned: '1.34.2',
    sources: ['go'],
    probe: kubernetesProbe,
  },
  {
    name: 'kubectl',
    kind: 'node-artifact',
    why: 'nodeadm installs it in the guest',
    wanted: '=1.34.2',
    pinned: '1.34.2',
    sources: ['go'],
    probe: { args: ['version', '--client'], pattern: /^Client Version: v(\S+)/m },
  },
  {
    name: 'cni-plugins',
    kind: 'node-artifact',
    why: 'network plugins of the guest',
    wanted: '=1.8.0',
    pinned: '1.8.0',
    sources: ['go'],
    binary: 'cni-plugins.tgz',
  },
  {
    name: 'ecr-credential-provider',
    kind: 'node-artifact',
    why: 'lets the guest pull from ECR',
    wanted: '=1.34.0',
    pinned: '1.34.0',
    sources: ['go'],
    probe: { args: ['--version'], pattern: /v(\d\S*)/ },
  },
  {
    name: 'aws-iam-authenticator',
    kind: 'node-artifact',
    why: "the guest's identity towards the cluster",
    wanted: '=0.7.5',
    pinned: '0.7.5',
    sources: ['go'],
    probe: { args: ['version'], pattern: /"Version":"v([^"]+)"/ },
  },
  {
    name: 'aws_signing_helper',
    kind: 'node-artifact',
    why: 'IAM Roles Anywhere credentials in the guest',
    wanted: '=1.4.0',
    pinned: '1.4.0',
    sources: ['go'],
    probe: { args: ['version'], pattern: /^(\d\S*)/m },
  },
] as const satisfies readonly Tool[];

/** Outside `pinnedTools`: what an image is booted with to be judged is no part of its identity. */
const firmwareTools: readonly Tool[] = [
  {
    name: 'ovmf-pvscsi',
    kind: 'firmware',
    why: 'UEFI firmware of the lab, the last of Debian that reads disks on PVSCSI',
    wanted: '=2020.11-2+deb11u2',
    pinned: '2020.11-2+deb11u2',
    sources: ['deb'],
    binary: 'OVMF_CODE_4M.fd',
    deb: {
      path: 'pool/main/e/edk2/ovmf_2020.11-2+deb11u2_all.deb',
      sha256: '54a0814d2e2dab59af1143c8112fa4eda49d0d6f24581dd847fa78c4c7570563',
      files: ['usr/share/OVMF/OVMF_CODE_4M.fd', 'usr/share/OVMF/OVMF_VARS_4M.fd'],
    },
  },
];

export type PinnedToolName = (typeof pinnedTools)[number]['name'];

export const tools: readonly Tool[] = [...pinnedTools, ...firmwareTools, ...pythonTools, ...systemTools];

/** @throws FactoryError `usage` for a name that is not in the table. */
export function toolNamed(name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool !== undefined) return tool;
  const known = tools.map((candidate) => candidate.name).join(', ');
  throw new FactoryError('usage', `unknown tool '${name}'; known: ${known}`, { hint: 'Run `hnf tools list`.' });
}

/** The versions that belong to an image's identity: everything whose version we choose. Pure. */
export function pinnedVersions(): Readonly<Record<PinnedToolName, string>> {
  return Object.fromEntries(pinnedTools.map((tool) => [tool.name, tool.pinned])) as Record<PinnedToolName, string>;
}
