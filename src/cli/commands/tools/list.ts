import { type Command, configOption, isSet } from '../../command.ts';
import { formatTable } from '../../view/table.ts';

export const toolsList: Command = {
  noun: 'tools',
  verb: 'list',
  summary: 'the programs hnf calls: wanted, found, from where',
  options: [configOption],
  json: true,
  examples: ['hnf tools list', 'hnf tools list --json'],
  async run(context, input) {
    const { toolsContextOf } = await import('../../tools-context.ts');
    const { listTools } = await import('../../../tools/find.ts');
    const rows = await listTools(await toolsContextOf(context, input));
    if (isSet(input, 'json')) {
      context.printJson(rows);
      return 0;
    }
    const cells = rows.map((row) => [
      row.name,
      row.wanted,
      row.found ?? '',
      row.status,
      row.origin ?? '',
      row.path ?? '',
    ]);
    context.print(formatTable(['tool', 'wanted', 'found', 'status', 'origin', 'path'], cells));
    if (rows.some((row) => row.status !== 'ok')) context.progress('Run `hnf tools install` for what is not ok.\n');
    return 0;
  },
};
