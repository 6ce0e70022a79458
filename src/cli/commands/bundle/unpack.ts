import { resolve } from 'node:path';
import { type Command, findText, isSet } from '../../command.ts';

export const bundleUnpack: Command = {
  noun: 'bundle',
  verb: 'unpack',
  summary: 'unpack a bundle into a folder, every file checked on the way; any web server can serve it from there',
  args: [{ name: '<file>', description: 'the bundle' }],
  options: [{ flags: '-o, --output <dir>', description: 'a new folder (default: bundle)' }],
  json: true,
  examples: ['hnf bundle unpack lab.tar -o /srv/bundle'],
  async run(context, input) {
    const { unpackBundle } = await import('../../../mirror/bundle/open-bundle.ts');
    const folder = resolve(context.cwd, findText(input, 'output') ?? 'bundle');
    const { manifest } = await unpackBundle(resolve(context.cwd, input.args[0] ?? ''), folder, context);
    if (isSet(input, 'json')) context.printJson({ folder, identity: manifest.identity, content: manifest.content });
    else context.print(`${folder}: ${manifest.members.length} files, bundle ${manifest.identity}\n`);
    return 0;
  },
};
