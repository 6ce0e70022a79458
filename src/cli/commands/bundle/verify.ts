import { resolve } from 'node:path';
import { FactoryError } from '../../../core/errors.ts';
import { type Command, findText, isSet } from '../../command.ts';

export const bundleVerify: Command = {
  noun: 'bundle',
  verb: 'verify',
  summary: 'read every byte of a bundle and report everything that is not as its manifest says',
  args: [{ name: '<bundle>', description: 'the file, or the folder it was unpacked into' }],
  options: [
    { flags: '--identity <hex>', description: 'the identity that `hnf bundle create` printed, by a way you trust' },
  ],
  json: true,
  examples: ['hnf bundle verify lab.tar', 'hnf bundle verify /srv/bundle --json'],
  async run(context, input) {
    const { verifyBundle } = await import('../../../mirror/bundle/verify-bundle.ts');
    const { formatVerdict } = await import('./show-bundle.ts');
    const identity = parseIdentity(findText(input, 'identity'));
    const path = resolve(context.cwd, input.args[0] ?? '.');
    const verdict = await verifyBundle(path, { signal: context.signal, identity });
    if (isSet(input, 'json')) context.printJson(verdict);
    else context.print(formatVerdict(verdict));
    return verdict.whole ? 0 : 1;
  },
};

function parseIdentity(text: string | undefined): string | undefined {
  if (text === undefined || /^[0-9a-f]{64}$/.test(text)) return text;
  throw new FactoryError('usage', `--identity '${text}' is none; accepted: 64 lower-case hexadecimal digits`, {
    hint: 'Copy what `hnf bundle create` printed after the word bundle.',
  });
}
