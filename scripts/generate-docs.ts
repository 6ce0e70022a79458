// Writes docs/cli.md out of the command table, so that help, completions and reference cannot drift apart, and the tables of other pages
// out of what is tested. `--check` compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command, OptionSpec } from '../src/cli/command.ts';
import { commands } from '../src/cli/commands/table.ts';
import { caseGroups } from '../test/nodeconfig/cases/all.ts';

const docs = resolve(import.meta.dirname, '../docs');
const check = process.argv.includes('--check');

update('cli.md', () => renderReference(commands));
update('nodeconfig.md', (text) => fillRegion(text, 'stricter', renderStricter()));

function update(name: string, render: (present: string) => string): void {
  const path = resolve(docs, name);
  const present = readFileSync(path, 'utf8');
  const wanted = render(present);
  if (present === wanted) return;
  if (check) {
    console.error(`docs/${name} is not up to date: run \`node scripts/generate-docs.ts\``);
    process.exitCode = 1;
  } else writeFileSync(path, wanted);
}

/** What stands between `<!-- name: … -->` and `<!-- /name -->`. */
function fillRegion(text: string, name: string, content: string): string {
  const region = new RegExp(`(<!-- ${name}:.*-->\\n)[\\s\\S]*(<!-- /${name} -->)`);
  if (!region.test(text)) throw new Error(`no region '${name}'`);
  return text.replace(region, (_, begin: string, end: string) => `${begin}${content}${end}`);
}

/** Cases of the table that nodeadm accepts and we refuse, by reason. */
function renderStricter(): string {
  return caseGroups
    .map(([title, cases]) => {
      const reasons = new Map<string, string[]>();
      for (const { name, stricter } of cases)
        if (stricter !== undefined) reasons.set(stricter, [...(reasons.get(stricter) ?? []), name]);
      const rows = [...reasons].map(([reason, names]) => `| ${names.map(cell).join('; ')} | ${cell(reason)} |`);
      return `**${title}**\n\n| refused | because |\n|---|---|\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
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
