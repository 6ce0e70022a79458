import { FactoryError } from '../errors.ts';

/** Refuses what no target format can carry: NUL and half a surrogate pair. @throws FactoryError `input.invalid`. */
export function checkText(value: unknown): string {
  if (typeof value !== 'string') {
    throw new FactoryError('internal', `a template quotes ${JSON.stringify(value)}, which is not a string`);
  }
  if (value.includes('\0')) {
    throw new FactoryError(
      'input.invalid',
      `${JSON.stringify(value)} contains a NUL character, which no file can carry`,
    );
  }
  if (!value.isWellFormed()) {
    throw new FactoryError('input.invalid', `${JSON.stringify(value)} contains half of a surrogate pair`);
  }
  return value;
}

/** A text that has to stay on one line. @throws FactoryError `input.invalid`. */
export function checkLine(value: unknown, format: string): string {
  const text = checkText(value);
  if (/[\r\n\v\f\x85\u2028\u2029]/.test(text)) {
    throw new FactoryError('input.invalid', `${JSON.stringify(text)} has a line break, which ${format} cannot carry`);
  }
  return text;
}

/** `\u00XX` and so on for one UTF-16 unit. */
export function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
