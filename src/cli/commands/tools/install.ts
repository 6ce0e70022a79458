import type { ResolvedTool } from '../../../tools/types.ts';
import { findBundlePath, fromBundleOption } from '../../bundle-path.ts';
import {
  type Command,
  type CommandContext,
  type CommandInput,
  configOption,
  dryRunOption,
  isSet,
} from '../../command.ts';
import { formatTable } from '../../view/table.ts';
import type { SplitNames } from './install-from-bundle.ts';

export const toolsInstall: Command = {
  noun: 'tools',
  verb: 'install',
  summary:
    'install what is missing: official releases where they can be reached, else built from pinned Go modules; packages by apt',
  args: [{ name: '[tool...]', description: 'names from `hnf tools list`, also as name@version (default: all)' }],
  options: [fromBundleOption, configOption, dryRunOption],
  json: true,
  examples: [
    'hnf tools install',
    'hnf tools install packer govc',
    'hnf tools install packer --from-bundle lab.tar',
    'HNF_TOOLS_SOURCE=go hnf tools install kubelet@1.34.3',
  ],
  async run(context, input) {
    const bundle = findBundlePath(context, input);
    if (isSet(input, 'dryRun')) return showPlan(context, input, bundle);
    const { bundled, others } = await splitNames(bundle, input.args);
    const installed: ResolvedTool[] = [];
    if (bundle !== undefined) {
      const { installFromBundle } = await import('./install-from-bundle.ts');
      installed.push(...(await installFromBundle(context, input, bundle, bundled)));
    }
    const isAll = bundle === undefined && others.length === 0;
    if (isAll || others.length > 0) installed.push(...(await installOthers(context, input, isAll ? 'all' : others)));
    if (isSet(input, 'json')) context.printJson(installed);
    else {
      const cells = installed.map((tool) => [tool.name, tool.version ?? '', tool.origin, tool.path]);
      context.print(formatTable(['tool', 'version', 'origin', 'path'], cells));
    }
    return 0;
  },
};

/** What the bundle has, and what comes as usual. */
async function splitNames(bundle: string | undefined, names: readonly string[]): Promise<SplitNames> {
  if (bundle === undefined) return { bundled: [], others: names };
  return (await import('./install-from-bundle.ts')).splitToolNames(bundle, names);
}

async function installOthers(
  context: CommandContext,
  input: CommandInput,
  names: readonly string[] | 'all',
): Promise<ResolvedTool[]> {
  const { toolsContextOf } = await import('../../tools-context.ts');
  const { installTools } = await import('../../../tools/install.ts');
  const { startOperation } = await import('../../../core/events.ts');
  const { showOperation } = await import('../../view/show-operation.ts');
  const operation = startOperation(async (emit) => installTools(names, await toolsContextOf(context, input, emit)));
  return showOperation(operation, { ...context, interactive: false }, { phases: [], quiet: isSet(input, 'json') });
}

async function showPlan(context: CommandContext, input: CommandInput, bundle: string | undefined): Promise<0> {
  const { toolsContextOf } = await import('../../tools-context.ts');
  const { listTools } = await import('../../../tools/find.ts');
  const { bundled, others } = await splitNames(bundle, input.args);
  const names = [...bundled, ...others].map((name) => name.split('@')[0]);
  const isAsked = (name: string) => (bundle === undefined && names.length === 0) || names.includes(name);
  const states = await listTools(await toolsContextOf(context, input));
  const wanted = states.filter(({ name, status }) => status !== 'ok' && isAsked(name));
  if (isSet(input, 'json')) context.printJson(wanted);
  else {
    const from = (name: string) => (bundled.includes(name) ? ' from the bundle' : '');
    const lines = wanted.map((row) => `would install ${row.name} ${row.wanted}${from(row.name)}\n`);
    context.print(lines.join('') || 'nothing to install\n');
  }
  return 0;
}
