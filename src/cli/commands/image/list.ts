import { type Command, configOption, findText, isSet } from '../../command.ts';
import { formatTable } from '../../view/table.ts';

export const imageList: Command = {
  noun: 'image',
  verb: 'list',
  summary: 'show the catalog: images, platforms, architectures, formats, and whether they can be built',
  options: [configOption],
  json: true,
  examples: ['hnf image list', 'hnf image list --json'],
  async run(context, input) {
    const { loadSettings } = await import('../../../config/read-settings.ts');
    const { listImages } = await import('../../../catalog/list-images.ts');
    const { cwd, env, secrets } = context;
    const { config } = await loadSettings({ cwd, env, secrets, configFile: findText(input, 'config') });
    const images = listImages(config);
    if (isSet(input, 'json')) {
      context.printJson(images);
      return 0;
    }
    const header = [
      'image',
      'os',
      'arch',
      'platform',
      'source',
      'formats',
      'kubernetes',
      'provider',
      'status',
      'reason',
    ];
    const rows = images.map((row) => [
      row.image,
      `${row.os} ${row.osVersion}`.trim(),
      row.arch,
      row.platform,
      row.source,
      row.formats.join(','),
      row.kubernetes,
      row.provider,
      row.status,
      row.reason,
    ]);
    context.print(formatTable(header, rows));
    return 0;
  },
};
