import { resolve } from 'node:path';
import { findConfigFile } from '../../../config/find-config.ts';
import { diskFiles } from '../../../config/load.ts';
import { FactoryError } from '../../../core/errors.ts';
import { withTempDir } from '../../../core/temp.ts';
import { redactFleet } from '../../../flows/userdata/fleet.ts';
import { checkHosts, type HostChoice } from '../../../flows/userdata/read-fleet.ts';
import { renderFleet, renderPhases } from '../../../flows/userdata/render-fleet.ts';
import { stampFiles, waitForChange } from '../../../flows/userdata/watch.ts';
import { openHosts } from '../../../hosts/source.ts';
import { type CommandContext, type CommandInput, findText, isSet, listOf } from '../../command.ts';
import { formatError } from '../../report-error.ts';
import { type ResolvedPayloads, resolvePayloads } from '../../resolve-payloads.ts';
import { showOperation } from '../../view/show-operation.ts';
import { printDiffs, printPayloads, printReview, printTable } from './print-payloads.ts';
import { reportRejected } from './report-rejected.ts';
import { formatRendered, printRendered } from './show-render.ts';

/** `hnf userdata render`: what it does depends on where the payloads go. */
export async function runRender(context: CommandContext, input: CommandInput): Promise<number> {
  checkOptions(input);
  return withTempDir('hnf-hosts', async (temporary) => {
    if (!isSet(input, 'watch')) return renderOnce(context, input, temporary);
    return watch(context, input, temporary);
  });
}

function checkOptions(input: CommandInput): void {
  const needsOutput = ['diff', 'watch'].find((name) => isSet(input, name));
  if (findText(input, 'hosts') === undefined)
    throw new FactoryError('usage', "--hosts is missing; accepted: a hosts file, or '-' for standard input");
  if (needsOutput !== undefined && findText(input, 'output') === undefined)
    throw new FactoryError('usage', `--${needsOutput} needs the folder of the payloads; accepted: with -o DIR`);
  if (isSet(input, 'watch') && (findText(input, 'hosts') === '-' || isSet(input, 'json') || isSet(input, 'diff')))
    throw new FactoryError('usage', '--watch needs a hosts file it can read again, and goes without --json and --diff');
}

/** `onFiles` is told which files the settings came from. */
async function renderOnce(
  context: CommandContext,
  input: CommandInput,
  temporary: string,
  onFiles: (files: readonly string[]) => void = () => {},
): Promise<number> {
  const choice = await chooseHosts(context, input, temporary);
  const resolved = await resolvePayloads(context, input, () => checkHosts(choice));
  onFiles(resolved.files);
  for (const warning of resolved.warnings) context.log.warn(warning);
  const fleet = isSet(input, 'redact') ? redactFleet(resolved.fleet) : resolved.fleet;
  const output = findText(input, 'output');
  if (output !== undefined && !isSet(input, 'diff'))
    return renderInto(context, input, { ...resolved, fleet }, choice, resolve(context.cwd, output));
  const checked = await checkHosts(choice, fleet);
  for (const warning of checked.warnings) context.log.warn(warning);
  const print = { context, fleet, choice, checked, json: isSet(input, 'json') };
  if (output !== undefined) return printDiffs(print, resolve(context.cwd, output));
  if (print.json) return printPayloads(print);
  return checked.count === 1 ? printReview(print) : printTable(print);
}

async function chooseHosts(context: CommandContext, input: CommandInput, temporary: string): Promise<HostChoice> {
  const { cwd, stdin, signal } = context;
  const source = await openHosts({ path: findText(input, 'hosts') ?? '-', cwd, stdin, temporary, signal });
  const only = listOf(input, 'host');
  return { source, only: only.length === 0 ? undefined : only, keepGoing: isSet(input, 'keepGoing'), signal };
}

async function renderInto(
  context: CommandContext,
  input: CommandInput,
  { fleet }: ResolvedPayloads,
  choice: HostChoice,
  output: string,
): Promise<number> {
  const quiet = isSet(input, 'json');
  const dryRun = isSet(input, 'dryRun');
  const operation = renderFleet({ ...choice, fleet, output, dryRun, clock: context.clock });
  const rendered = await showOperation(operation, context, { phases: renderPhases, quiet });
  for (const warning of rendered.warnings) context.log.warn(warning);
  if (quiet) await printRendered(rendered, dryRun, context);
  else context.print(formatRendered(rendered, dryRun));
  const { bag } = rendered.checked;
  return reportRejected(context, bag.errorCount, bag.listErrors());
}

/** Until it is interrupted. What is wrong with one state of the files is said, and the next one waited for. */
async function watch(context: CommandContext, input: CommandInput, temporary: string): Promise<number> {
  const { clock, signal } = context;
  const named = await listNamedFiles(context, input);
  let paths = named;
  for (;;) {
    const before = await stampFiles(paths);
    try {
      await renderOnce(context, input, temporary, (files) => {
        paths = [...new Set([...named, ...files])];
      });
    } catch (error) {
      if (signal.aborted || !(error instanceof FactoryError)) throw error;
      context.progress(formatError(error));
    }
    context.progress(`watching ${paths.length === 1 ? '1 file' : `${paths.length} files`}, Ctrl-C ends\n`);
    const stamps = before.length === paths.length ? before : await stampFiles(paths);
    await waitForChange(paths, stamps, { clock, signal });
  }
}

/** What can be watched before anything of it was read: it may be wrong. */
async function listNamedFiles({ cwd }: CommandContext, input: CommandInput): Promise<string[]> {
  const config = findText(input, 'config') ?? (await findConfigFile(cwd, diskFiles));
  const files = [findText(input, 'hosts'), config, findText(input, 'cloudConfig')];
  return files.flatMap((file) => (file === undefined ? [] : [resolve(cwd, file)]));
}
