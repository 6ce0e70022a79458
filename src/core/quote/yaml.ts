import { checkText } from './text.ts';

const named = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** A double-quoted YAML scalar that PyYAML (YAML 1.1), js-yaml and yaml (1.2) read alike: never a date, number or bool. */
export function yamlString(value: unknown): string {
  const escaped = checkText(value).replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be escaped
    /[\\"\u0000-\u001f\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]|[\u{10000}-\u{10ffff}]/gu,
    (found) => named.get(found) ?? escapeCodePoint(found),
  );
  return `"${escaped}"`;
}

/** Above the first plane as `\UXXXXXXXX`: PyYAML reads a surrogate pair written as two `\u` as two broken characters. */
function escapeCodePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
