import type { TomlScanner } from './scanner.ts';

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters a TOML string may hold as they are
const basicText = /[^"\\\u0000-\u0008\u000a-\u001f\u007f]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, over lines
const basicLines = /[^"\\\u0000-\u0008\u000b-\u001f\u007f]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same without escapes
const literalText = /[^'\u0000-\u0008\u000a-\u001f\u007f]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, over lines
const literalLines = /[^'\u0000-\u0008\u000b-\u001f\u007f]+/y;

/** A string of any of the four kinds at this place; undefined when none begins here. */
export function readString(scanner: TomlScanner): string | undefined {
  if (scanner.startsWith('"""')) return readMultiLine(scanner, '"');
  if (scanner.startsWith("'''")) return readMultiLine(scanner, "'");
  return readLine(scanner);
}

/** A string on one line: what a key may be too. */
export function readLine(scanner: TomlScanner): string | undefined {
  if (scanner.take("'")) {
    const text = scanner.match(literalText) ?? '';
    scanner.expect("'", "the end of the string, '");
    return text;
  }
  if (!scanner.take('"')) return undefined;
  let text = '';
  while (!scanner.take('"')) {
    const part = scanner.match(basicText);
    if (part !== undefined) text += part;
    else if (scanner.peek() === '\\') text += readEscape(scanner);
    else throw scanner.fault('expected the end of the string, "');
  }
  return text;
}

function readMultiLine(scanner: TomlScanner, quote: '"' | "'"): string {
  const start = scanner.offset;
  scanner.offset += 3;
  scanner.take('\n');
  let text = '';
  for (;;) {
    if (scanner.startsWith(quote.repeat(3))) return text + closeMultiLine(scanner, quote);
    const part = scanner.match(quote === '"' ? basicLines : literalLines);
    if (part !== undefined) text += part;
    else if (scanner.take(quote)) text += quote;
    else if (quote === '"' && scanner.peek() === '\\') text += readFold(scanner) ?? readEscape(scanner);
    else if (scanner.isAtEnd) throw scanner.fault('the string has no end', start);
    else throw scanner.fault('a control character in a string');
  }
}

/** Up to two quotes may stand before the closing three. */
function closeMultiLine(scanner: TomlScanner, quote: string): string {
  const more = scanner.startsWith(quote.repeat(5)) ? 2 : scanner.startsWith(quote.repeat(4)) ? 1 : 0;
  scanner.offset += 3 + more;
  return quote.repeat(more);
}

/** A backslash at the end of a line takes the blanks after it along. */
function readFold(scanner: TomlScanner): string | undefined {
  return scanner.match(/\\[\t ]*\n[\t \n]*/y) === undefined ? undefined : '';
}

function readEscape(scanner: TomlScanner): string {
  const start = scanner.offset;
  const letter = scanner.text[start + 1] ?? '';
  const simple = escapes[letter];
  if (simple !== undefined) {
    scanner.offset += 2;
    return simple;
  }
  const hex = scanner.match(/\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}/y);
  const code = hex === undefined ? Number.NaN : Number.parseInt(hex.slice(2), 16);
  if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff))
    throw scanner.fault('an unknown escape; a backslash stands as \\\\ or in a string of single quotes', start);
  return String.fromCodePoint(code);
}
