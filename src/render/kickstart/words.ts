/** What a kickstart line consists of, or why it cannot be split. */
export type SplitLine = { words: string[]; fault?: undefined } | { words?: undefined; fault: string };

/**
 * Splits a line as pykickstart does: Python's `shlex.split(line, comments=True)`. Words are separated by blanks, `#` begins a comment
 * (within a word as well), `'…'` is literal, in `"…"` a backslash escapes `"` and itself, outside it escapes anything.
 */
export function splitWords(line: string): SplitLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"') {
        at += 1;
        if (at >= line.length) return { fault: 'a backslash at the end of the line escapes nothing' };
        word += line.charAt(at) === '"' || line.charAt(at) === '\\' ? line.charAt(at) : `\\${line.charAt(at)}`;
      } else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (' \t\r\n'.includes(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#') break;
    else if (character === '\\') {
      at += 1;
      if (at >= line.length) return { fault: 'a backslash at the end of the line escapes nothing' };
      word = (word ?? '') + line.charAt(at);
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) return { fault: `a quotation ${quote} is not closed` };
  if (word !== undefined) words.push(word);
  return { words };
}
