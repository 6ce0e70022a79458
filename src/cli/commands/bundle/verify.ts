import { resolve } from 'node:path';
import { type Command, isSet } from '../../command.ts';

export const bundleVerify: Command = {
  noun: 'bundle',
  verb: 'verify',
  summary: 'read every byte of a bundle and report everything that is not as its manifest says',
  args: [{ name: '<bundle>', description: 'the file, or the folder it was unpacked into' }],
  json: true,
  examples: ['hnf bundle verify lab.tar', 'hnf bundle verify /srv/bundle --json'],
  async run(context, input) {
    const { verifyBundle } = await import('../../../mirror/bundle/verify-bundle.ts');
    const { formatVerdict } = await import('./show-bundle.ts');
    const verdict = await verifyBundle(resolve(context.cwd, input.args[0] ?? '.'), context.signal);
    if (isSet(input, 'json')) context.printJson(verdict);
    else context.print(formatVerdict(verdict));
    return verdict.whole ? 0 : 1;
  },
};
