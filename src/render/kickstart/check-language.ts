import { suggestion } from '../../config/did-you-mean.ts';
import {
  type CommandRule,
  commandNames,
  findCommand,
  findSection,
  type OptionRule,
  type RhelMajor,
} from './commands.ts';
import { type KickstartFault, kickstartFault } from './fault.ts';
import type { ParsedKickstart, Statement } from './parse.ts';

/** Options of a statement with their values; `true` for a flag. What it cannot place is a fault. */
export type Options = ReadonlyMap<string, string | true>;

/** Commands, section headers, options and values that a major does not accept, or not for long. */
export function findLanguageFaults(parsed: ParsedKickstart, major: RhelMajor): KickstartFault[] {
  const ofCommands = parsed.commands
    .filter(({ name }) => name !== '%include')
    .flatMap((statement) => findStatementFaults(statement, findCommand(statement.name), major));
  const ofSections = parsed.sections
    .filter(({ name }) => findSection(name) !== undefined)
    .flatMap((section) => findStatementFaults(section, findSection(section.name), major));
  return [...ofCommands, ...ofSections];
}

/** For rules that look at one statement; an option a major does not know is in it as well. */
export function readOptions(statement: Statement): { options: Options; words: readonly string[] } {
  const rule = findCommand(statement.name) ?? findSection(statement.name);
  const options = new Map<string, string | true>();
  const words: string[] = [];
  for (const { name, value, word } of splitOptions(statement, rule)) {
    if (name === undefined) words.push(word);
    else options.set(name, value ?? true);
  }
  return { options, words };
}

interface Piece {
  word: string;
  /** Absent for a word that is no option. */
  name: string | undefined;
  /** What follows `=` or, for an option with a value, the next word. */
  value: string | undefined;
}

function splitOptions(statement: Statement, rule: CommandRule | undefined): Piece[] {
  const pieces: Piece[] = [];
  const words = [...statement.words];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('--')) {
      pieces.push({ word, name: undefined, value: undefined });
      continue;
    }
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const takesNext = equals === -1 && (rule?.options.get(name)?.value ?? 'none') !== 'none';
    const value = equals === -1 ? (takesNext ? words.shift() : undefined) : word.slice(equals + 1);
    pieces.push({ word, name, value });
  }
  return pieces;
}

function findStatementFaults(statement: Statement, rule: CommandRule | undefined, major: RhelMajor): KickstartFault[] {
  const { name, line } = statement;
  const accepted = rule?.majors.get(major);
  if (rule === undefined) {
    return [kickstartFault('command', line, `unknown command '${name}'${suggestion(name, commandNames)}`)];
  }
  if (accepted === undefined)
    return [kickstartFault('command', line, `'${name}' is unknown to RHEL ${major}${elsewhere(rule)}`)];
  // The installer reads past it, whatever its options.
  if (accepted === 'deprecated') return [deprecated(`'${name}'`, line, major)];
  if (rule.words === 'raw') return [];
  const pieces = splitOptions(statement, rule);
  return [...findOptionFaults(pieces, rule, statement, major), ...findWordFaults(pieces, rule, line)];
}

function findOptionFaults(
  pieces: readonly Piece[],
  rule: CommandRule,
  { line }: Statement,
  major: RhelMajor,
): KickstartFault[] {
  const given = pieces.filter((piece) => piece.name !== undefined);
  const faults = given.flatMap((piece) => findPieceFaults(piece, rule, line, major));
  const names = given.map(({ name }) => name);
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  const missing = [...rule.options.values()].filter(
    (option) => option.requiredIn.includes(major) && !names.includes(option.name),
  );
  return [
    ...faults,
    ...[...twice].map((name) => kickstartFault('conflict', line, `'${rule.name}' has ${name} twice`)),
    ...missing.map((option) => kickstartFault('option', line, `'${rule.name}' needs ${option.name}`)),
  ];
}

function findPieceFaults(piece: Piece, rule: CommandRule, line: number, major: RhelMajor): KickstartFault[] {
  const { name = '' } = piece;
  const option = rule.options.get(name);
  const accepted = option?.majors.get(major);
  if (option === undefined) {
    const known = [...rule.options.keys()];
    return [kickstartFault('option', line, `'${rule.name}' has no option '${name}'${suggestion(name, known)}`)];
  }
  if (accepted === undefined) {
    const message = `${name} of '${rule.name}' is unknown to RHEL ${major}${elsewhere(option)}`;
    return [kickstartFault('option', line, message)];
  }
  const faults = accepted === 'deprecated' ? [deprecated(`${name} of '${rule.name}'`, line, major)] : [];
  const fault = findValueFault(piece, option);
  return fault === undefined ? faults : [...faults, kickstartFault('value', line, `'${rule.name}': ${fault}`)];
}

function findValueFault({ name, value }: Piece, option: OptionRule): string | undefined {
  if (option.value === 'none') return value === undefined ? undefined : `${name} takes no value, given '${value}'`;
  if (value === undefined || value === '') return `${name} needs a value`;
  if (option.value === 'integer' && !/^-?\d+$/.test(value)) return `${name} needs a whole number, given '${value}'`;
  return undefined;
}

function findWordFaults(pieces: readonly Piece[], rule: CommandRule, line: number): KickstartFault[] {
  if (rule.words === 'raw') return [];
  const words = pieces.filter(({ name }) => name === undefined).map(({ word }) => word);
  const { least, most } = rule.words;
  if (words.length < least)
    return [kickstartFault('value', line, `'${rule.name}' needs ${least === 1 ? 'a word' : `${least} words`}`)];
  if (words.length <= most) return [];
  return [kickstartFault('value', line, `'${rule.name}' does not take '${words.slice(most).join(' ')}'`)];
}

function deprecated(what: string, line: number, major: RhelMajor): KickstartFault {
  return kickstartFault('deprecated', line, `${what} is deprecated in RHEL ${major}`);
}

function elsewhere({ majors }: Pick<CommandRule, 'majors'>): string {
  const known = [...majors.keys()].join(', ');
  return known === '' ? '' : ` (only to ${known})`;
}
