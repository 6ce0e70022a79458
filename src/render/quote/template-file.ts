import { FactoryError } from '../../core/errors.ts';
import { checkLine, checkText } from '../../core/quote/text.ts';
import { yamlString } from '../../core/quote/yaml.ts';
import { goTemplateText } from './go-template.ts';

/**
 * Text for a file that Packer reads with `templatefile` and then hands to a plugin: first an HCL template, where no
 * backslash escapes anything, then a Go template.
 */
export function templateFileText(value: unknown): string {
  return goTemplateText(checkText(value)).replace(/([$%]+)\{/g, (_, signs: string) =>
    signs.length === 1 ? `${signs}${signs}{` : `\${"${signs}"}{`,
  );
}

/** A YAML string in such a file: without a single `{` there is nothing that either template could take for its own. */
export function seedYamlString(value: unknown): string {
  return yamlString(value).replaceAll('{', '\\x7b');
}

/**
 * A value of a preseed line, which reaches to the end of the line; nothing there is quoted or escaped.
 * https://www.debian.org/releases/bookworm/amd64/apbs03.en.html
 */
export function preseedValue(value: unknown): string {
  const text = checkLine(value, 'a preseed file');
  if (text.endsWith('\\')) {
    throw new FactoryError('input.invalid', `'${text}' ends with a backslash, which a preseed file cannot carry`);
  }
  return templateFileText(text);
}
