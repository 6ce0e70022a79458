import type { Fault, Report, TextPlace } from './finding.ts';

/** More is no NodeConfig. */
const longestBytes = 1_048_576;

/** What nodeadm's YAML reader refuses wherever it stands (readerc.go). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const refused = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Ends of lines to YAML 1.1 and so to nodeadm, text to everything newer. */
const oldLineEnds = /[\u0085\u2028\u2029]/;

/**
 * The text of a NodeConfig, without a byte order mark. Undefined when it cannot be read as text at all; what is wrong is reported. An
 * editor's or a transfer's damage is caught here and not as a fault of the syntax.
 */
export function readText(content: string | Uint8Array, report: Report): string | undefined {
  const size = typeof content === 'string' ? content.length : content.byteLength;
  if (size > longestBytes) {
    report(whole('text.size', `the file has ${size} bytes; accepted: a NodeConfig of at most 1 MiB`));
    return undefined;
  }
  const text = typeof content === 'string' ? content : decode(content, report);
  if (text === undefined) return undefined;
  const marked = text.startsWith('\ufeff');
  if (marked) {
    const message = 'the file begins with a byte order mark, which other readers of YAML trip over';
    report({ ...whole('text.bom', message), severity: 'warning', hint: 'Save it as UTF-8 without a mark.' });
  }
  const plain = marked ? text.slice(1) : text;
  reportCharacters(plain, report);
  return plain;
}

function decode(bytes: Uint8Array, report: Report): string | undefined {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    report({ ...whole('text.encoding', 'the file is UTF-16; accepted: UTF-8'), hint: 'Save it as UTF-8.' });
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const at = findBadByte(bytes);
    const message = 'a byte that is no UTF-8; accepted: UTF-8 text, without NUL and other control characters';
    report({ ...whole('text.encoding', message), at, hint: 'Save it as UTF-8; Latin-1 is the usual cause.' });
    return undefined;
  }
}

function findBadByte(bytes: Uint8Array): TextPlace {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return placeAt(lenient, lenient.indexOf('\ufffd'));
}

function reportCharacters(text: string, report: Report): void {
  for (const [index, line] of text.split('\n').entries()) {
    const bad = refused.exec(line);
    if (bad !== null) {
      const message = `${nameOf(bad[0])} stands in the text, and nodeadm refuses the whole file; accepted: an escape in double quotes`;
      report({ ...whole('text.character', message), at: { line: index + 1, column: bad.index + 1 } });
    }
    const end = oldLineEnds.exec(line);
    if (end === null) continue;
    const message = `${nameOf(end[0])} ends a line for nodeadm, where editors show none; accepted: an escape in double quotes`;
    report({ ...whole('text.character', message), at: { line: index + 1, column: end.index + 1 } });
  }
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A fault of the file, not of a field. */
export function whole(code: string, message: string): Fault {
  return { path: [], code, message };
}

export function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, Math.max(0, offset)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
