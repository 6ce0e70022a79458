import { checkText } from '../../core/quote/text.ts';

/**
 * A quoted value of a unit file setting that takes quoting and specifiers, e.g. `Environment=`.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html#Quoting
 */
export function systemdValue(value: unknown): string {
  const escaped = checkText(value)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be escaped
    .replace(/[\u0001-\u001f\u007f]/g, (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}

/** One argument of `ExecStart=` and its like, where `$` starts a variable as well. */
export function systemdArgument(value: unknown): string {
  return systemdValue(value).replaceAll('$', '$$$$');
}
