import { type Command, dryRunOption, findText, isSet } from '../../command.ts';
import { clusterOptions, hostOptions } from '../../node-options.ts';

export const nodeconfigRender: Command = {
  noun: 'nodeconfig',
  verb: 'render',
  summary: 'print the NodeConfig of a host, checked, as nodeadm reads it',
  options: [
    ...hostOptions,
    { flags: '-o, --output <file>', description: 'write it there, mode 0600, instead of printing it' },
    { flags: '--redact', description: 'with secrets masked, for review' },
    ...clusterOptions,
    dryRunOption,
  ],
  json: true,
  examples: [
    'EKS_CLUSTER_NAME=edge AWS_REGION=us-west-2 HNF_SSM_ACTIVATION_ID=… HNF_SSM_ACTIVATION_CODE_FILE=code hnf nodeconfig render -o nodeconfig.yaml',
    'hnf nodeconfig render --host edge-1 --label site=lyon --redact',
  ],
  async run(context, input) {
    const { resolveNodeConfig } = await import('../../render-node-config.ts');
    const { writeFileAtomic } = await import('../../../core/files.ts');
    const { resolve } = await import('node:path');
    const { host, text } = await resolveNodeConfig(context, input);
    const output = findText(input, 'output');
    const path = output === undefined ? undefined : resolve(context.cwd, output);
    const dryRun = isSet(input, 'dryRun');
    const shown = isSet(input, 'redact') || dryRun ? context.secrets.redact(text) : text;
    if (path !== undefined && !dryRun) await writeFileAtomic(path, shown, { mode: 0o600 });
    if (isSet(input, 'json'))
      context.printUnmasked(
        `${JSON.stringify({ host, path: path ?? null, written: path !== undefined && !dryRun, nodeConfig: shown }, null, 2)}\n`,
      );
    else if (path === undefined || dryRun) context.printUnmasked(shown);
    else context.print(`wrote ${path}\n`);
    return 0;
  },
};
