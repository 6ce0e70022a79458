import { checkText } from './text.ts';

/** One word for a POSIX shell. */
export function shellWord(value: unknown): string {
  return `'${checkText(value).replaceAll("'", "'\\''")}'`;
}
