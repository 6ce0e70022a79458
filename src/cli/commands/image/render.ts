import { FactoryError } from '../../../core/errors.ts';
import { type Command, configOption, dryRunOption, findText, isSet } from '../../command.ts';
import { cellOptions } from './options.ts';

export const imageRender: Command = {
  noun: 'image',
  verb: 'render',
  summary: 'write the whole Packer working folder of an image; nothing is run',
  args: [{ name: '<image>', description: 'name from the catalog (`hnf image list`)' }],
  options: [
    { flags: '-o, --output <dir>', description: 'folder to write (default: packer/<image>)' },
    { flags: '--platform <platform>', description: 'where it will be built (default: qemu)', choices: ['qemu'] },
    ...cellOptions,
    configOption,
    dryRunOption,
  ],
  json: true,
  examples: ['hnf image render debian12-lab -o work', 'hnf image render debian12-lab --dry-run'],
  async run(context, input) {
    const { loadSettings } = await import('../../../config/read-settings.ts');
    const { resolveImage } = await import('../../../catalog/resolve-image.ts');
    const { loadTemplates } = await import('../../../render/load-templates.ts');
    const { renderPackerFolder } = await import('../../../render/packer/folder.ts');
    const { packageRoot } = await import('../../../core/package-root.ts');
    const { writeTree } = await import('../../../core/writer.ts');
    const { resolve } = await import('node:path');
    const { cwd, env, secrets } = context;
    const { output: _output, ...flags } = input.options;
    const { config } = await loadSettings({ cwd, env, secrets, configFile: findText(input, 'config'), flags });
    const name = input.args[0];
    if (name === undefined) throw new FactoryError('usage', 'an image is needed');
    const files = renderPackerFolder(resolveImage(config, name), loadTemplates(packageRoot()));
    const folder = resolve(cwd, findText(input, 'output') ?? `packer/${name}`);
    const changes = await writeTree(folder, files, { dryRun: isSet(input, 'dryRun') });
    if (isSet(input, 'json'))
      context.printJson({ folder, changes: changes.map(({ path, change }) => ({ path, change })) });
    else context.print(changes.map(({ path, change, diff }) => `${change.padEnd(9)} ${path}\n${diff}`).join(''));
    return 0;
  },
};
