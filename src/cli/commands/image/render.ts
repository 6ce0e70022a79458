import { type Command, configOption, dryRunOption, findText, isSet } from '../../command.ts';
import { cellOptions, formatOption } from './options.ts';

export const imageRender: Command = {
  noun: 'image',
  verb: 'render',
  summary: 'write the whole Packer working folder of an image; nothing is run',
  args: [{ name: '<image>', description: 'name from the catalog (`hnf image list`)' }],
  options: [
    { flags: '-o, --output <dir>', description: 'folder to write (default: packer/<image>)' },
    ...cellOptions,
    formatOption,
    configOption,
    dryRunOption,
  ],
  json: true,
  examples: [
    'hnf image render debian12-lab -o work',
    'hnf image render ubuntu24 --platform vsphere',
    'hnf image render rhel9 --source cloud-image --arch arm64 --provider iam-ra --dry-run',
  ],
  async run(context, input) {
    const { renderCell } = await import('../../render-cell.ts');
    const { writeTree } = await import('../../../core/writer.ts');
    const { resolve } = await import('node:path');
    const { spec, files } = await renderCell(context, input);
    const folder = resolve(context.cwd, findText(input, 'output') ?? `packer/${spec.name}`);
    const changes = await writeTree(folder, files, { dryRun: isSet(input, 'dryRun') });
    if (isSet(input, 'json'))
      context.printJson({ folder, changes: changes.map(({ path, change }) => ({ path, change })) });
    else context.print(changes.map(({ path, change, diff }) => `${change.padEnd(9)} ${path}\n${diff}`).join(''));
    return 0;
  },
};
