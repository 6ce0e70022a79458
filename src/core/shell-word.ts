/** One word for a POSIX shell, always in quotes. It must not hold NUL, which no shell can carry. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command as a person would type it: quotes only where they are needed. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellWord(word))).join(' ');
}
