import { FactoryError } from '../../core/errors.ts';
import { checkText, unicodeEscape } from '../../core/quote/text.ts';
import { goTemplateText } from './go-template.ts';

const named = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/**
 * A quoted HCL string without interpolation. HCL normalises strings to NFC, so a decomposed text comes back composed.
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
 */
export function hclString(value: unknown): string {
  const escaped = checkText(value)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be escaped
    .replace(/[\\"\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, (found) => named.get(found) ?? unicodeEscape(found))
    .replace(/([$%]+)\{/g, (_, signs: string) => `${escapeSigns(signs)}{`);
  return `"${escaped}"`;
}

/** `${` is written `$${`; in a longer row of signs only the numeric escape is read one way. */
function escapeSigns(signs: string): string {
  if (signs.length === 1) return signs + signs;
  return Array.from(signs, unicodeEscape).join('');
}

/** A string that Packer hands to a plugin: an HCL string whose content is also a Go template. */
export function hclPluginString(value: unknown): string {
  return hclString(goTemplateText(value));
}

/** A list of plain strings on one line. */
export function hclStringList(values: unknown): string {
  if (!Array.isArray(values)) throw new FactoryError('internal', 'hclList quotes a list of strings');
  return `[${values.map(hclString).join(', ')}]`;
}

/** A block label or name that is safe in HCL, in Packer's -only patterns and in file names. */
export function hclName(value: unknown): string {
  const name = checkText(value);
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw new FactoryError('input.invalid', `name '${name}' is not usable: accepted are a-z, 0-9, '.', '_' and '-'`);
  }
  return `"${name}"`;
}

/** A whole number. */
export function integer(value: unknown): string {
  if (!Number.isSafeInteger(value)) {
    throw new FactoryError('internal', `a template prints ${JSON.stringify(value)} where a whole number belongs`);
  }
  return String(value);
}
