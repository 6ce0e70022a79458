import { FactoryError } from '../../core/errors.ts';
import { type CommandRow, commandTable, sectionTable } from './command-table.ts';

/** RHEL's majors whose kickstart language is known; 10 has no template yet. */
export type RhelMajor = 8 | 9 | 10;
export const rhelMajors = [8, 9, 10] as const satisfies readonly RhelMajor[];

export type Acceptance = 'ok' | 'deprecated';

export interface OptionRule {
  name: string;
  value: 'none' | 'text' | 'integer';
  /** Majors that refuse the command without it. */
  requiredIn: readonly RhelMajor[];
  /** Absent: the major does not know it, or no longer. */
  majors: ReadonlyMap<RhelMajor, Acceptance>;
}

export interface CommandRule {
  name: string;
  majors: ReadonlyMap<RhelMajor, Acceptance>;
  /** `raw`: everything behind the name is handed on unread. */
  words: { least: number; most: number } | 'raw';
  options: ReadonlyMap<string, OptionRule>;
}

const commands = readTable(commandTable);
const sections = readTable(sectionTable);

export function findCommand(name: string): CommandRule | undefined {
  return commands.get(name);
}

/** With its `%`. */
export function findSection(name: string): CommandRule | undefined {
  return sections.get(name);
}

export const commandNames: readonly string[] = [...commands.keys()];
export const sectionNames: readonly string[] = [...sections.keys()];

function readTable(rows: readonly CommandRow[]): ReadonlyMap<string, CommandRule> {
  return new Map(rows.flatMap((row) => row.name.split(' ').map((name) => [name, readRow(name, row)] as const)));
}

function readRow(name: string, row: CommandRow): CommandRule {
  const majors = readMajors(row.majors.split(' '));
  const options = (row.options ?? '').split(' ').filter((text) => text !== '');
  return {
    name,
    majors,
    words: readWords(row.words ?? '0'),
    options: new Map(options.map((text) => readOption(text, majors)).map((rule) => [rule.name, rule])),
  };
}

function readWords(text: string): CommandRule['words'] {
  if (text === 'raw') return 'raw';
  const [least, most] = text.split('-');
  return { least: Number(least), most: most === undefined ? Number(least) : Number(most || 'Infinity') };
}

function readOption(text: string, ofCommand: CommandRule['majors']): OptionRule {
  const match = /^(--[A-Za-z0-9-]+)([=#]?)(?:(!)([0-9,]*))?(?:@([0-9d,]+))?$/.exec(text);
  if (match === null) throw new FactoryError('internal', `the kickstart table has an option '${text}'`);
  const [, name = '', kind, required, requiredIn, majors] = match;
  const known = majors === undefined ? ofCommand : readMajors(majors.split(','));
  const needing = requiredIn ? [...readMajors(requiredIn.split(',')).keys()] : [...known.keys()];
  return {
    name,
    value: kind === '=' ? 'text' : kind === '#' ? 'integer' : 'none',
    requiredIn: required === undefined ? [] : needing,
    majors: known,
  };
}

function readMajors(texts: readonly string[]): ReadonlyMap<RhelMajor, Acceptance> {
  return new Map(
    texts.map((text) => [Number.parseInt(text, 10) as RhelMajor, text.endsWith('d') ? 'deprecated' : 'ok'] as const),
  );
}
