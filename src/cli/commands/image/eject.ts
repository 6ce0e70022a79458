import { type Command, configOption, dryRunOption, findText, isSet } from '../../command.ts';
import { cellOptions } from './options.ts';

/** What a build by hand leaves behind, and files in which people keep secrets. */
const gitignore = 'output*/\npacker_cache/\npacker_manifest.json\ncrash.log\n*.auto.pkrvars.hcl\n.env\n';

export const imageEject: Command = {
  noun: 'image',
  verb: 'eject',
  summary: 'write the Packer folder of an image for good: a team can keep it and build without hnf',
  args: [{ name: '<image>', description: 'name from the catalog (`hnf image list`)' }],
  options: [
    { flags: '-o, --output <dir>', description: 'new or empty folder (default: <image>)' },
    { flags: '--force', description: 'write into a folder that is not empty' },
    ...cellOptions,
    configOption,
    dryRunOption,
  ],
  json: true,
  examples: ['hnf image eject ubuntu24 -o ubuntu24-image', 'hnf image eject rhel9 --platform vsphere -o rhel9-image'],
  async run(context, input) {
    const { renderCell } = await import('../../render-cell.ts');
    const { writeOnce } = await import('../../../core/write-once.ts');
    const { cellId, specJson } = await import('../../../catalog/image-spec.ts');
    const { resolve } = await import('node:path');
    const { spec, files } = await renderCell(context, input);
    const folder = resolve(context.cwd, findText(input, 'output') ?? spec.name);
    const all = [
      ...files,
      { path: '.gitignore', mode: 0o644, content: gitignore },
      { path: 'image.json', mode: 0o644, content: `${JSON.stringify(specJson(spec), null, 2)}\n` },
    ];
    await writeOnce(folder, all, { force: isSet(input, 'force'), dryRun: isSet(input, 'dryRun') });
    const paths = all.map((file) => file.path).sort();
    if (isSet(input, 'json')) context.printJson({ id: cellId(spec), folder, files: paths });
    else context.print(`${cellId(spec)}\n${paths.map((path) => `${folder}/${path}\n`).join('')}`);
    return 0;
  },
};
