import { configOption, type OptionSpec } from './command.ts';

/** What every command that makes something for a node takes. */
export const clusterOptions: readonly OptionSpec[] = [
  { flags: '--cluster-name <name>', description: 'name of the EKS cluster (default: EKS_CLUSTER_NAME)' },
  { flags: '--region <region>', description: "the cluster's AWS region (default: AWS_REGION)" },
  { flags: '--provider <provider>', description: 'credential provider', choices: ['ssm', 'iam-ra'] },
  configOption,
];

/** One host on the command line. */
export const hostOptions: readonly OptionSpec[] = [
  { flags: '--host <name>', description: "the node's name; with SSM the node gets another one, mi-…, from AWS" },
  { flags: '--label <key=value>', description: 'a label of this node; may be repeated', repeat: true },
  { flags: '--taint <key=value:Effect>', description: 'a taint of this node; may be repeated', repeat: true },
  { flags: '--ip <address>', description: "the node's IPv4 address, where it has several" },
  { flags: '--max-pods <number>', description: 'most pods on this node' },
];
