import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/table.ts';
import { packageRoot } from '../../src/core/package-root.ts';

/** Pages written by hand; docs/cli.md is made of the commands themselves. */
const pages = ['README.md', ...readdirSync(join(packageRoot(), 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md') && path !== 'docs/cli.md',
);

interface Call {
  page: string;
  line: string;
  words: readonly string[];
}

/** Lines that begin with a call of hnf, in blocks of a shell or indented. */
function listCalls(page: string): Call[] {
  const text = readFileSync(join(packageRoot(), page), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  const indented = [...text.matchAll(/^ {4}(\S.*)$/gm)].map((match) => match[1] ?? '');
  const lines = [...blocks, ...indented].join('\n').matchAll(/^(?:\w+=\S+ )*(?:npx )?hnf ([a-z].*)$/gm);
  return [...lines].map(([, line = '']) => {
    return {
      page,
      line,
      words: line
        .replace(/\s#.*$/, '')
        .replace(/\s&$/, '')
        .split(/\s+/),
    };
  });
}

const calls = pages.flatMap(listCalls);

/** Also those that every command takes. */
function flagsOf(noun: string, verb: string): string[] {
  const command = commands.find((candidate) => candidate.noun === noun && candidate.verb === verb);
  const own = (command?.options ?? []).flatMap(({ flags }) => flags.match(/--?[a-z][a-z-]*/g) ?? []);
  return [...own, '--help', '--no-color', '--verbose', ...(command?.json === true ? ['--json'] : [])];
}

describe('docs/commands', () => {
  it('finds what the pages tell to type', () => {
    expect(calls.length).toBeGreaterThan(15);
  });

  it.each(calls.map((call) => [`${call.page}: hnf ${call.line}`, call] as const))('%s', (_, { words }) => {
    const [noun = '', second = ''] = words;
    const verb = commands.some((command) => command.noun === noun && command.verb === second) ? second : '';
    expect(commands.filter((command) => command.noun === noun && command.verb === verb)).toHaveLength(1);
    const known = flagsOf(noun, verb);
    const used = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split('=')[0] ?? word);
    expect(used.filter((flag) => !known.includes(flag))).toEqual([]);
  });
});
