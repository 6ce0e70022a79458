import type { OptionSpec } from '../../command.ts';

export const formatOption: OptionSpec = {
  flags: '--format <list>',
  description: 'comma-separated: qcow2, raw, ova, vsphere (default: output.formats of the catalog)',
};

/** Parts of a cell's name; cli.md, "Names". */
export const cellFilters: readonly OptionSpec[] = [
  { flags: '--arch <arch>', description: 'processor architecture', choices: ['amd64', 'arm64'] },
  {
    flags: '--source <source>',
    description: 'what it is made from',
    choices: ['iso', 'cloud-image', 'bootstrap'],
  },
  {
    flags: '--builder <builder>',
    description: 'what builds it',
    choices: ['qemu', 'vsphere-iso', 'vsphere-clone'],
  },
  { flags: '--provider <provider>', description: 'credential provider', choices: ['ssm', 'iam-ra'] },
  {
    flags: '--platform <platform>',
    description: 'where it is built: picks the builder that fits the source',
    choices: ['qemu', 'vsphere'],
  },
];

export const kubernetesOption: OptionSpec = {
  flags: '--kubernetes <version>',
  description: 'Kubernetes version, 1.34 or 1.34.2',
};

/** Options that pick a cell of the catalog and say how it is built. */
export const cellOptions: readonly OptionSpec[] = [
  ...cellFilters,
  kubernetesOption,
  { flags: '--allow-unverified', description: "accept the checksum 'none' of an ISO or a cloud image" },
];
