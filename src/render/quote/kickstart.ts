import { FactoryError } from '../../core/errors.ts';
import { checkLine } from '../../core/quote/text.ts';
import { templateFileText } from './template-file.ts';

/** One word of a kickstart command line, which Anaconda splits as a shell would (pykickstart: shlex). */
export function kickstartWord(value: unknown): string {
  const text = checkLine(value, 'a kickstart command');
  // Python ends a line at these as well.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\x1c-\x1e]/.test(text)) {
    const message = `${JSON.stringify(text)} has a separator character, at which the installer ends a line`;
    throw new FactoryError('input.invalid', message);
  }
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** The same in a kickstart that Packer fills in. */
export function seedKickstartWord(value: unknown): string {
  return templateFileText(kickstartWord(value));
}

/** A word that stands by itself in such a kickstart: one that begins with a hyphen would be read as an option. */
export function seedKickstartArgument(value: unknown): string {
  if (typeof value === 'string' && value.startsWith('-')) {
    throw new FactoryError('input.invalid', `'${value}' begins with a hyphen, which a kickstart takes for an option`);
  }
  return seedKickstartWord(value);
}
