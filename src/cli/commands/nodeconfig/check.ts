import { type Command, isSet } from '../../command.ts';

export const nodeconfigCheck: Command = {
  noun: 'nodeconfig',
  verb: 'check',
  summary: 'everything that is wrong with NodeConfig files, with line and path; 0 valid, 2 not',
  args: [{ name: '<files...>', description: "NodeConfig files, YAML or JSON; '-' is standard input" }],
  options: [
    {
      flags: '--on-node',
      description: 'this is the node: the certificate and key it names have to be here',
    },
  ],
  json: true,
  examples: [
    'hnf nodeconfig check nodeconfig.yaml',
    'hnf nodeconfig render --host edge-1 | hnf nodeconfig check -',
    'hnf nodeconfig check --json fleet/*.yaml',
  ],
  async run(context, input) {
    const { checkFiles } = await import('../../check-node-configs.ts');
    const { formatNodeConfigFinding } = await import('../../../nodeconfig/parse.ts');
    const checked = await checkFiles(input.args, context, { onNode: isSet(input, 'onNode') });
    const findings = checked.flatMap((file) => file.findings);
    const valid = checked.every((file) => file.valid);
    if (isSet(input, 'json')) context.printJson({ valid, findings });
    else {
      context.print(findings.map((finding) => `${formatNodeConfigFinding(finding)}\n`).join(''));
      context.print(checked.map(({ file, valid }) => `${file}: ${valid ? 'valid' : 'not valid'}\n`).join(''));
    }
    return valid ? 0 : 2;
  },
};
