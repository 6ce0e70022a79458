import { type Command, configOption, dryRunOption, isSet } from '../../command.ts';

export const mirrorSync: Command = {
  noun: 'mirror',
  verb: 'sync',
  summary: 'collect what `nodeadm install` downloads into a folder for any web server, with manifest and checksums',
  options: [
    {
      flags: '--kubernetes <version>',
      description: 'version like 1.34.2; may be given several times (default: the pinned one)',
      repeat: true,
    },
    {
      flags: '--arch <arch>',
      description: "amd64 or arm64; may be given several times (default: this machine's)",
      repeat: true,
    },
    {
      flags: '--provider <provider>',
      description: 'credential provider (default: iam-ra)',
      choices: ['ssm', 'iam-ra'],
    },
    { flags: '--nodeadm <version>', description: 'version of nodeadm itself (default: the pinned one)' },
    {
      flags: '--origin <origin>',
      description: 'aws: as AWS publishes them; go: built here; auto: the first that works (default: auto)',
      choices: ['auto', 'aws', 'go'],
    },
    { flags: '-o, --output <dir>', description: 'the mirror; what it holds already stays (default: mirror)' },
    {
      flags: '--base-url <url>',
      description: 'where nodes will reach the folder; written into manifest.yaml (default: http://127.0.0.1:8080)',
    },
    { flags: '--gzip', description: 'also write .gz copies, which nodeadm prefers: smaller to fetch' },
    configOption,
    dryRunOption,
  ],
  json: true,
  examples: [
    'hnf mirror sync --kubernetes 1.34.2 -o mirror --base-url https://mirror.example.com/eks',
    'hnf mirror sync --kubernetes 1.34.2 --kubernetes 1.34.3 --arch amd64 -o mirror --dry-run',
  ],
  async run(context, input) {
    const { resolveSync } = await import('./resolve-sync.ts');
    const { planSync, syncMirror, syncPhases } = await import('../../../mirror/sync.ts');
    const { syncJson, formatPlan, formatWritten } = await import('./show-sync.ts');
    const { request, collect } = await resolveSync(context, input);
    const quiet = isSet(input, 'json');
    if (isSet(input, 'dryRun')) {
      const plan = await planSync(request, collect);
      if (quiet) context.printJson(plan);
      else context.print(formatPlan(plan));
      return 0;
    }
    const { showOperation } = await import('../../view/show-operation.ts');
    const mirror = await showOperation(syncMirror(request, collect), context, { phases: syncPhases, quiet });
    if (quiet) context.printJson(syncJson(mirror));
    else context.print(formatWritten(mirror));
    return 0;
  },
};
