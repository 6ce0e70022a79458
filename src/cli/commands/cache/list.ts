import { formatBytes } from '../../../core/sizes.ts';
import { type Command, configOption, isSet } from '../../command.ts';
import { formatTable } from '../../view/table.ts';

export const cacheList: Command = {
  noun: 'cache',
  verb: 'list',
  summary: 'show what is kept between builds: layers, and the rest by folder',
  options: [configOption],
  json: true,
  examples: ['hnf cache list'],
  async run(context, input) {
    const { listEntries, listOthers } = await import('../../../core/store-prune.ts');
    const { findCacheFolder } = await import('../../cache-folder.ts');
    const folder = await findCacheFolder(context, input);
    const entries = [...(await listEntries(folder)), ...(await listOthers(folder))];
    if (isSet(input, 'json')) {
      context.printJson(entries);
      return 0;
    }
    const rows = entries.map((entry) => [
      entry.kind,
      entry.key.slice(0, 12) || '-',
      formatBytes(entry.bytes),
      new Date(entry.usedAt).toISOString().slice(0, 16),
      entry.folder,
    ]);
    context.print(formatTable(['kind', 'key', 'size', 'last used', 'folder'], rows, [2]));
    return 0;
  },
};
