// Writes docs/cli.md out of the command table, so that help, completions and reference cannot drift apart. `--check` compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command, OptionSpec } from '../src/cli/command.ts';
import { commands } from '../src/cli/commands/table.ts';

const path = resolve(import.meta.dirname, '../docs/cli.md');
const text = renderReference(commands);

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    console.error('docs/cli.md is not up to date: run `node scripts/generate-docs.ts`');
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, text);
}

function renderReference(all: readonly Command[]): string {
  const intro = `# Commands

Generated from the command table by \`scripts/generate-docs.ts\`.

stdout carries the result, stderr everything else; \`--json\` prints one JSON document. Exit codes: 0 done, 1 the work failed, 2 the input is wrong,
3 a tool or service is missing, 130 interrupted. Every command also takes \`--help\`, \`--verbose\` and \`--no-color\`.
`;
  return `${intro}\n${all.map(renderCommand).join('\n')}`;
}

function renderCommand(command: Command): string {
  const args = (command.args ?? []).map((argument) => ` ${argument.name}`).join('');
  const options = [
    ...(command.options ?? []),
    ...(command.json ? [{ flags: '--json', description: 'one JSON document' }] : []),
  ];
  const parts = [
    `## hnf ${`${command.noun} ${command.verb}`.trim()}${args}`,
    `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
    ...(command.args ?? []).map((argument) => `- \`${argument.name}\`: ${argument.description}`),
    ...(options.length === 0 ? [] : [renderOptions(options)]),
    ...(command.examples.length === 0 ? [] : [`\`\`\`sh\n${command.examples.join('\n')}\n\`\`\``]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderOptions(options: readonly OptionSpec[]): string {
  const rows = options.map((option) => {
    const choices = option.choices === undefined ? '' : ` (${option.choices.join(', ')})`;
    return `| \`${option.flags}\` | ${(option.description + choices).replaceAll('|', '\\|')} |`;
  });
  return `| option | |\n|---|---|\n${rows.join('\n')}`;
}
