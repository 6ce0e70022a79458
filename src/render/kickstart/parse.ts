import { findSection, sectionNames } from './commands.ts';
import { type KickstartFault, kickstartFault } from './fault.ts';
import { splitWords } from './words.ts';

/** A command of the main part, or the header of a section. */
export interface Statement {
  /** Line in the file, from 1. */
  line: number;
  name: string;
  words: readonly string[];
}

export interface Section extends Statement {
  /** Lines between the header and `%end`; the first is on `line + 1`. */
  body: readonly string[];
}

export interface ParsedKickstart {
  /** In order; `%include` is one of them. */
  commands: readonly Statement[];
  sections: readonly Section[];
  /** What keeps the text from being read. */
  faults: readonly KickstartFault[];
}

/** Line ends as Python's `splitlines` sees them, which pykickstart calls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python ends a line at three of them
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** Reads a kickstart the way pykickstart walks through it, but goes on after a mistake so that all are told at once. */
export function parseKickstart(text: string): ParsedKickstart {
  const lines = text.split(lineEnd);
  const commands: Statement[] = [];
  const sections: Section[] = [];
  const faults: KickstartFault[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const statement = readStatement(lines[at] ?? '', at + 1, faults);
    if (statement === undefined) continue;
    if (!statement.name.startsWith('%') || statement.name === '%include') {
      commands.push(statement);
      continue;
    }
    if (findSection(statement.name) === undefined) faults.push(unknownSection(statement));
    if (statement.name === '%end' || statement.name === '%ksappend') continue;
    const body = readBody(lines, at + 1);
    sections.push({ ...statement, body });
    at += body.length + 1;
    if (lines[at] === undefined || firstWord(lines[at] ?? '') !== '%end') {
      faults.push(kickstartFault('section', statement.line, `section '${statement.name}' is not closed by %end`));
      at -= 1;
    }
  }
  return { commands, sections, faults };
}

function readStatement(line: string, number: number, faults: KickstartFault[]): Statement | undefined {
  if (line.trim() === '' || line.trimStart().startsWith('#')) return undefined;
  const { words, fault } = splitWords(line);
  if (fault !== undefined) {
    faults.push(kickstartFault('syntax', number, fault));
    return undefined;
  }
  const [name, ...rest] = words;
  return name === undefined ? undefined : { line: number, name, words: rest };
}

/** Up to `%end`, or up to the next header, which means that `%end` is missing. Other lines that begin with `%` are the script's own. */
function readBody(lines: readonly string[], from: number): string[] {
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => ['%end', ...sectionNames].includes(firstWord(line)));
  return end === -1 ? rest : rest.slice(0, end);
}

function firstWord(line: string): string {
  return line.trim().split(/\s+/)[0] ?? '';
}

function unknownSection({ name, line }: Statement): KickstartFault {
  if (name === '%end') return kickstartFault('section', line, '%end closes no section');
  const message = `unknown section '${name}'; accepted: ${sectionNames.join(', ')}`;
  return kickstartFault('section', line, message);
}
