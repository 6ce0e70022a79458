import { suggestion } from './did-you-mean.ts';
import { type ConfigPath, quote } from './findings.ts';
import type { WrittenConfig } from './schema.ts';
import type { WrittenImage } from './schema-image.ts';

export type Report = (path: ConfigPath, message: string, hint?: string) => void;

/** One thing that must hold between or beyond single fields; reports, never throws. */
export type Rule = (config: WrittenConfig, report: Report) => void;

/** One thing that must hold wherever settings of images stand: `at` is the path to them. */
export type SettingsRule = (settings: WrittenImage, at: ConfigPath, report: Report) => void;

export function repeated(list: readonly string[]): string[] {
  return [...new Set(list.filter((item, index) => list.indexOf(item) !== index))];
}

/** A value of a closed set that is too long to be in the schema. */
export function reportUnknown(
  report: Report,
  path: ConfigPath,
  { what, value, accepted, known }: { what: string; value: string; accepted: string; known: readonly string[] },
): void {
  report(path, `unknown ${what} ${quote(value)}; accepted: ${accepted}${suggestion(value, known)}`);
}

const withoutCredentials = 'Remove them; use a server that needs none, or download the file and name its path.';

export function hasCredentials(url: string | null | undefined): url is string {
  return url !== null && url !== undefined && /^[a-z]+:\/\/[^/]*@/i.test(url);
}

export function reportCredentials(report: Report, path: ConfigPath, url: string, hint = withoutCredentials): void {
  report(path, `${quote(url)} holds a user name or a password; accepted: an address without`, hint);
}
