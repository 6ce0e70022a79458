import { resolve } from 'node:path';
import type { BundleManifest } from '../../../mirror/bundle/bundle-manifest.ts';
import {
  type Command,
  type CommandContext,
  type CommandInput,
  configOption,
  dryRunOption,
  findText,
  isSet,
} from '../../command.ts';

export const bundleUnpack: Command = {
  noun: 'bundle',
  verb: 'unpack',
  summary: 'unpack a bundle into a folder, every file checked on the way; any web server can serve it from there',
  args: [{ name: '<file>', description: 'the bundle' }],
  options: [{ flags: '-o, --output <dir>', description: 'a new folder (default: bundle)' }, configOption, dryRunOption],
  json: true,
  examples: ['hnf bundle unpack lab.tar -o /srv/bundle'],
  async run(context, input) {
    const path = resolve(context.cwd, input.args[0] ?? '');
    const folder = resolve(context.cwd, findText(input, 'output') ?? 'bundle');
    const isPlan = isSet(input, 'dryRun');
    const { identity, content, members } = isPlan ? await readPlan(path) : await unpack(context, input, path, folder);
    if (isSet(input, 'json')) context.printJson({ folder, identity, content });
    else context.print(`${isPlan ? 'would unpack into ' : ''}${folder}: ${members.length} files, bundle ${identity}\n`);
    return 0;
  },
};

async function readPlan(path: string): Promise<BundleManifest> {
  const { readBundleManifest } = await import('../../../mirror/bundle/read-members.ts');
  return readBundleManifest(path);
}

async function unpack(context: CommandContext, input: CommandInput, path: string, folder: string) {
  const { unpackBundle } = await import('../../../mirror/bundle/open-bundle.ts');
  const { Store } = await import('../../../core/store.ts');
  const { findCacheFolder } = await import('../../cache-folder.ts');
  const { hashes } = new Store(await findCacheFolder(context, input));
  return (await unpackBundle(path, folder, { hashes, signal: context.signal })).manifest;
}
