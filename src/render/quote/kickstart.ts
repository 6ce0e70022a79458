import { checkLine } from './text.ts';

/** One word of a kickstart command line, which Anaconda splits as a shell would (pykickstart: shlex). */
export function kickstartWord(value: unknown): string {
  return `'${checkLine(value, 'a kickstart command').replaceAll("'", `'"'"'`)}'`;
}
