import { type Command, dryRunOption } from '../../command.ts';
import { clusterOptions } from '../../node-options.ts';

export const userdataRender: Command = {
  noun: 'userdata',
  verb: 'render',
  summary: 'render the payload every machine boots with: user data with its NodeConfig, and metadata',
  options: [
    { flags: '--hosts <file>', description: "hosts file: CSV, YAML or JSON; '-' is standard input" },
    { flags: '--host <name>', description: 'only this host; may be given several times', repeat: true },
    {
      flags: '--datasource <source>',
      description: 'vmware: guestinfo; nocloud: also a seed.iso for KVM and bare metal (default: vmware)',
      choices: ['vmware', 'nocloud'],
    },
    { flags: '-o, --output <dir>', description: 'write a folder per host; without it one host is shown for review' },
    {
      flags: '--cloud-config <file>',
      description: "a #cloud-config of your own, put on top by cloud-init's merge rules",
    },
    { flags: '--multipart', description: 'hand that over as a MIME part of its own, and let cloud-init merge it' },
    { flags: '--redact', description: 'leave secrets out: for review, not for a machine' },
    { flags: '--diff', description: 'show what differs from the last render in the folder; write nothing' },
    { flags: '--watch', description: 'render again whenever the hosts file or the config changes' },
    { flags: '--keep-going', description: 'pass over rows that are wrong; the exit code is 2 all the same' },
    ...clusterOptions,
    dryRunOption,
  ],
  json: true,
  examples: [
    'hnf userdata render --hosts hosts.csv --host node-1',
    'hnf userdata render --hosts hosts.csv -o payloads',
    'hnf userdata render --hosts hosts.yaml -o seeds --datasource nocloud',
    'hnf userdata render --hosts hosts.csv -o payloads --diff',
  ],
  async run(context, input) {
    const { runRender } = await import('./run-render.ts');
    return runRender(context, input);
  },
};
