import type { OptionSpec } from '../../command.ts';

/** Options that pick a cell of the catalog; cli.md, "Names". */
export const cellOptions: readonly OptionSpec[] = [
  { flags: '--arch <arch>', description: 'processor architecture', choices: ['amd64', 'arm64'] },
  { flags: '--provider <provider>', description: 'credential provider', choices: ['ssm', 'iam-ra'] },
  { flags: '--kubernetes <version>', description: 'Kubernetes version, 1.34 or 1.34.2' },
];
