import { type Command, configOption, dryRunOption, findText, isSet } from '../../command.ts';
import { formatTable } from '../../view/table.ts';

export const toolsInstall: Command = {
  noun: 'tools',
  verb: 'install',
  summary:
    'install what is missing: official releases where they can be reached, else built from pinned Go modules; packages by apt',
  args: [{ name: '[tool...]', description: 'names from `hnf tools list`, also as name@version (default: all)' }],
  options: [
    { flags: '--from-bundle <path>', description: 'take them from a bundle, without a network (default: HNF_BUNDLE)' },
    configOption,
    dryRunOption,
  ],
  json: true,
  examples: [
    'hnf tools install',
    'hnf tools install packer govc',
    'hnf tools install packer --from-bundle lab.tar',
    'HNF_TOOLS_SOURCE=go hnf tools install kubelet@1.34.3',
  ],
  async run(context, input) {
    const { toolsContextOf } = await import('../../tools-context.ts');
    const { installTools } = await import('../../../tools/install.ts');
    const names = input.args.length === 0 ? 'all' : input.args;
    if (isSet(input, 'dryRun')) {
      const { listTools } = await import('../../../tools/find.ts');
      const wanted = (await listTools(await toolsContextOf(context, input))).filter(
        (row) => row.status !== 'ok' && (names === 'all' || names.some((name) => name.split('@')[0] === row.name)),
      );
      if (isSet(input, 'json')) context.printJson(wanted);
      else
        context.print(
          wanted.map((row) => `would install ${row.name} ${row.wanted}\n`).join('') || 'nothing to install\n',
        );
      return 0;
    }
    const from = findText(input, 'fromBundle') ?? context.env['HNF_BUNDLE'];
    if (from !== undefined && from !== '') {
      const { importBundleTools } = await import('../../import-bundle.ts');
      const imported = await importBundleTools(context, input, from);
      if (names === 'all') {
        if (isSet(input, 'json')) context.printJson(imported);
        else
          context.print(
            formatTable(
              ['tool', 'version', 'for'],
              imported.map(({ name, version, platform }) => [name, version, platform]),
            ),
          );
        return 0;
      }
    }
    const { startOperation } = await import('../../../core/events.ts');
    const { showOperation } = await import('../../view/show-operation.ts');
    const operation = startOperation(async (emit) => installTools(names, await toolsContextOf(context, input, emit)));
    const installed = await showOperation(
      operation,
      { ...context, interactive: false },
      { phases: [], quiet: isSet(input, 'json') },
    );
    if (isSet(input, 'json')) context.printJson(installed);
    else {
      const cells = installed.map((tool) => [tool.name, tool.version ?? '', tool.origin, tool.path]);
      context.print(formatTable(['tool', 'version', 'origin', 'path'], cells));
    }
    return 0;
  },
};
