import { checkText, unicodeEscape } from './text.ts';

const named = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** A basic string of TOML 1.0. */
export function tomlString(value: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be escaped
  const escaped = checkText(value).replace(/[\\"\u0001-\u001f\u007f]/g, (c) => named.get(c) ?? unicodeEscape(c));
  return `"${escaped}"`;
}
