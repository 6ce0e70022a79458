import { FactoryError } from '../../../core/errors.ts';
import { formatBytes, GiB } from '../../../core/sizes.ts';
import { type Command, configOption, dryRunOption, findText, isSet } from '../../command.ts';

export const cachePrune: Command = {
  noun: 'cache',
  verb: 'prune',
  summary: 'remove the least recently used layers, and what killed runs left',
  options: [
    { flags: '--max-gib <n>', description: 'size of the layers that may stay, in GiB (default: 0, all go)' },
    configOption,
    dryRunOption,
  ],
  json: true,
  examples: ['hnf cache prune --max-gib 20', 'hnf cache prune --dry-run'],
  async run(context, input) {
    const { findCacheFolder } = await import('../../cache-folder.ts');
    const { applyPrune, listAbandoned, listEntries, planPrune } = await import('../../../core/store-prune.ts');
    const limit = maxBytes(findText(input, 'maxGib'));
    const folder = await findCacheFolder(context, input);
    const doomed = [...planPrune(await listEntries(folder), limit), ...(await listAbandoned(folder))];
    if (!isSet(input, 'dryRun')) await applyPrune(doomed);
    if (isSet(input, 'json')) {
      context.printJson(doomed);
      return 0;
    }
    const verb = isSet(input, 'dryRun') ? 'would remove' : 'removed';
    for (const entry of doomed)
      context.print(`${verb} ${entry.kind} ${entry.key.slice(0, 12)} (${formatBytes(entry.bytes)})\n`);
    if (doomed.length === 0) context.print('nothing to remove\n');
    return 0;
  },
};

function maxBytes(text: string | undefined): number {
  const value = Number(text ?? '0');
  if (Number.isFinite(value) && value >= 0 && text !== '') return value * GiB;
  throw new FactoryError('usage', `--max-gib '${text}' is no size; accepted is a number of GiB, 0 or more`);
}
