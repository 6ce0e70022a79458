import { resolve } from 'node:path';
import { formatBytes } from '../../../core/sizes.ts';
import { type Command, isSet } from '../../command.ts';

export const mirrorVerify: Command = {
  noun: 'mirror',
  verb: 'verify',
  summary: 'read every file of a mirror and report everything that is damaged or missing',
  args: [{ name: '<dir>', description: 'the mirror' }],
  json: true,
  examples: ['hnf mirror verify mirror', 'hnf mirror verify /srv/www/eks --json'],
  async run(context, input) {
    const { verifyMirror } = await import('../../../mirror/verify-mirror.ts');
    const verdict = await verifyMirror(resolve(context.cwd, input.args[0] ?? '.'), context.signal);
    if (isSet(input, 'json')) {
      context.printJson(verdict);
      return verdict.whole ? 0 : 1;
    }
    for (const finding of verdict.findings) {
      context.print(`${finding.severity}: ${finding.path}: ${finding.message} [${finding.code}]\n`);
    }
    const what = `${verdict.files} files, ${formatBytes(verdict.bytes)}, manifest for ${verdict.baseUrl}`;
    context.print(verdict.whole ? `whole: ${what}\n` : `damaged: ${what}\n`);
    return verdict.whole ? 0 : 1;
  },
};
