import { load } from 'js-yaml';
import { parseKickstart } from '../../render/kickstart/parse.ts';
import type { FilledSeed, RenderedCell } from './types.ts';

/** A part of a file that is a text of its own. */
export interface Excerpt {
  file: string;
  /** Line of the file on which it begins, from 1; 0: lines are not those of the file. */
  line: number;
  text: string;
}

/** Seeds that could be filled in. */
export function filledSeeds({ seeds }: RenderedCell): (FilledSeed & { text: string })[] {
  return seeds.filter((seed): seed is FilledSeed & { text: string } => seed.text !== undefined);
}

/** A kickstart of the cell, if it has one. */
export function findKickstart(cell: RenderedCell): (FilledSeed & { text: string }) | undefined {
  return filledSeeds(cell).find(({ file }) => /(^|\/)ks\.cfg/.test(file));
}

export function findPreseed(cell: RenderedCell): (FilledSeed & { text: string }) | undefined {
  return filledSeeds(cell).find(({ file }) => file.includes('preseed'));
}

export function findUserData(cell: RenderedCell): (FilledSeed & { text: string }) | undefined {
  return filledSeeds(cell).find(({ file }) => file.includes('user-data'));
}

/** Ubuntu's installer reads the user data of these; elsewhere cloud-init does. */
export function hasInstallerAnswers({ spec }: RenderedCell): boolean {
  return spec.source.kind === 'iso' && spec.os.family === 'ubuntu';
}

/** What stands below `autoinstall:`; undefined when it cannot be read or is no map. */
export function readAnswers(cell: RenderedCell): Readonly<Record<string, unknown>> | undefined {
  const userData = hasInstallerAnswers(cell) ? findUserData(cell) : undefined;
  const read = userData === undefined ? undefined : readYaml(userData.text);
  return mapIn(mapIn(read)?.['autoinstall']);
}

export function mapIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** Undefined when it is no YAML, which is another judge's to say. */
export function readYaml(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

/** Shell code inside of answers: sections of a kickstart, commands for Ubuntu's installer, late_command of Debian's. */
export function listShellExcerpts(cell: RenderedCell): Excerpt[] {
  return [...ofKickstart(cell), ...ofAnswers(cell), ...ofPreseed(cell)];
}

function ofKickstart(cell: RenderedCell): Excerpt[] {
  const kickstart = findKickstart(cell);
  if (kickstart === undefined) return [];
  return parseKickstart(kickstart.text)
    .sections.filter(
      ({ name, words }) => ['%pre', '%post', '%onerror', '%pre-install'].includes(name) && !words.some(isInterpreter),
    )
    .map(({ line, body }) => ({ file: kickstart.file, line: line + 1, text: `${body.join('\n')}\n` }));
}

function isInterpreter(word: string): boolean {
  return word.startsWith('--interpreter');
}

function ofAnswers(cell: RenderedCell): Excerpt[] {
  const answers = readAnswers(cell);
  const file = findUserData(cell)?.file ?? '';
  return ['early-commands', 'late-commands', 'error-commands'].flatMap((name) => {
    const commands = answers?.[name];
    if (!Array.isArray(commands)) return [];
    return commands
      .filter((command): command is string => typeof command === 'string')
      .map((command) => ({ file, line: 0, text: `${command}\n` }));
  });
}

function ofPreseed(cell: RenderedCell): Excerpt[] {
  const preseed = findPreseed(cell);
  if (preseed === undefined) return [];
  const joined = preseed.text.replaceAll(/\\\n\s*/g, ' ');
  return [...joined.matchAll(/^d-i \S+\/(?:late|early)_command string (.*)$/gm)].map((match) => ({
    file: preseed.file,
    line: 0,
    text: `${match[1]}\n`,
  }));
}

/** A file that a script of ours writes word by word (`<<'EOF'`: the shell changes nothing in it). */
export interface Heredoc extends Excerpt {
  /** Path in the guest. */
  target: string;
}

export function listHeredocs(file: string, text: string): Heredoc[] {
  const found: Heredoc[] = [];
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    const [, path, word] = /^\s*cat >+ ?"?([^\s"]+)"? <<-?'(\w+)'$/.exec(line) ?? [];
    if (path === undefined || word === undefined) continue;
    const end = lines.findIndex((other, index) => index > at && other.trim() === word);
    const body = lines.slice(at + 1, end === -1 ? undefined : end);
    found.push({ file, line: at + 2, target: path, text: `${body.join('\n')}\n` });
  }
  return found;
}
