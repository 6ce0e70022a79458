import { type Command, type CommandContext, type CommandInput, dryRunOption, findText, isSet } from '../../command.ts';
import { clusterOptions, hostsOption } from '../../node-options.ts';

export const bottlerocketRender: Command = {
  noun: 'bottlerocket',
  verb: 'render',
  summary: 'settings and guestinfo keys for hybrid nodes that run Bottlerocket on vSphere',
  options: [
    hostsOption,
    { flags: '--host <name>', description: 'only this host; may be given several times', repeat: true },
    {
      flags: '-o, --output <dir>',
      description: 'write a folder per host: settings.toml, userdata.b64, guestinfo.json',
    },
    { flags: '--redact', description: 'with secrets masked: for review, not for a machine' },
    { flags: '--kubernetes <version>', description: 'Kubernetes version, 1.34 or 1.34.2: picks the variant' },
    {
      flags: '--arch <arch>',
      description: 'processor architecture; only amd64 is supported',
      choices: ['amd64', 'arm64'],
    },
    ...clusterOptions,
    dryRunOption,
  ],
  json: true,
  examples: [
    'hnf bottlerocket render --hosts hosts.csv --host edge-1 --redact',
    'hnf bottlerocket render --hosts hosts.csv -o payloads',
  ],
  async run(context, input) {
    const { resolveBottlerocketPayloads } = await import('../../render-bottlerocket.ts');
    const payloads = await resolveBottlerocketPayloads(context, input);
    const written = await writeFolders(context, input, payloads);
    if (isSet(input, 'json')) context.printUnmasked(`${JSON.stringify(payloads, null, 2)}\n`);
    else if (written !== undefined) context.print(written);
    else context.printUnmasked(payloads.map(({ host, toml }) => `# ${host}\n${toml}`).join('\n'));
    return 0;
  },
};

type Payloads = Awaited<ReturnType<typeof import('../../render-bottlerocket.ts').resolveBottlerocketPayloads>>;

/** What was done, in words; undefined without a folder. */
async function writeFolders(context: CommandContext, input: CommandInput, payloads: Payloads) {
  const output = findText(input, 'output');
  if (output === undefined) return undefined;
  const { resolve } = await import('node:path');
  const { writeBottlerocketPayloads } = await import('../../../flows/bottlerocket/write-payloads.ts');
  const { formatWritten } = await import('../../view/format-written.ts');
  const options = { output: resolve(context.cwd, output), dryRun: isSet(input, 'dryRun'), signal: context.signal };
  return formatWritten({ ...(await writeBottlerocketPayloads(payloads, options)), ...options });
}
