import { FactoryError } from '../core/errors.ts';
import type { SeedVariable } from './seed.ts';
import { evaluateSeedExpression } from './seed-expression.ts';

export type SeedValues = Partial<Readonly<Record<SeedVariable, string>>>;

/** Values of the right shape, for judges that look at a seed before there is a build. */
export const sampleSeedValues: SeedValues = {
  public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleExam hnf-build',
  apt_proxy: '',
  rh_org: '1234567',
  rh_activation_key: 'example-key',
};

/**
 * What the guest will read: Packer's part done here. First HCL's `templatefile`, with the few expressions seeds use, then the Go template,
 * of which a seed may hold nothing but the quoted braces.
 * @throws FactoryError `input.invalid` for anything else, with what stands there.
 */
export function fillSeed(text: string, values: SeedValues = sampleSeedValues): string {
  return readGoTemplate(readHclTemplate(text, values));
}

function readHclTemplate(text: string, values: SeedValues): string {
  let filled = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const escaped = /^(\$\$|%%)\{/.exec(rest);
    if (escaped !== null) {
      filled += rest.slice(1, 3);
      at += 3;
    } else if (rest.startsWith('${')) {
      const end = findEnd(text, at + 2);
      filled += evaluateSeedExpression(text.slice(at + 2, end), values);
      at = end + 1;
    } else if (rest.startsWith('%{')) {
      throw new FactoryError('input.invalid', `a seed has an HCL directive: ${firstLine(rest)}`);
    } else {
      filled += text.charAt(at);
      at += 1;
    }
  }
  return filled;
}

/** Where the expression that begins here ends; a brace in a string ends nothing. */
function findEnd(text: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted && character === '\\') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === '}') return at;
  }
  throw new FactoryError('input.invalid', `an expression in a seed is not closed: ${firstLine(text.slice(from))}`);
}

function readGoTemplate(text: string): string {
  const filled = text.replaceAll('{{"{{"}}', '\0');
  const action = /\{\{.*/.exec(filled)?.[0];
  if (action !== undefined) {
    throw new FactoryError('input.invalid', `a seed has braces that Packer would take for a Go template: ${action}`);
  }
  return filled.replaceAll('\0', '{{');
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 80) ?? '';
}
