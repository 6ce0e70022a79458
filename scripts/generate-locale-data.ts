// Writes src/config/data/locales.ts and keyboards.ts from the files of Debian's packages `locales` and `xkb-data`, which must be installed.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../src/config/data');

await writeData({
  file: 'locales.ts',
  name: 'localeNames',
  about: 'Locales with the character set UTF-8 that glibc can make, as it spells them.',
  from: `/usr/share/i18n/SUPPORTED of Debian's package locales ${versionOf('locales')} (glibc, LGPL-2.1-or-later)`,
  words: await readLocales(),
});
await writeData({
  file: 'keyboards.ts',
  name: 'keyboardLayouts',
  about: 'Keyboard layouts of XKB, without variants.',
  from: `/usr/share/X11/xkb/rules/base.lst of Debian's package xkb-data ${versionOf('xkb-data')} (xkeyboard-config, MIT/X11)`,
  words: await readLayouts(),
});

async function readLocales(): Promise<string[]> {
  const lines = (await readFile('/usr/share/i18n/SUPPORTED', 'utf8')).split('\n');
  return lines.map((line) => line.split(/\s+/)).flatMap(([name = '', charset]) => (charset === 'UTF-8' ? [name] : []));
}

async function readLayouts(): Promise<string[]> {
  const text = await readFile('/usr/share/X11/xkb/rules/base.lst', 'utf8');
  const section = /^! layout\n([\s\S]*?)\n\n/m.exec(text)?.[1] ?? '';
  return section
    .split('\n')
    .flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? [])
    .filter((name) => name !== 'custom');
}

function versionOf(name: string): string {
  return execFileSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' });
}

interface Data {
  file: string;
  name: string;
  about: string;
  from: string;
  words: readonly string[];
}

async function writeData({ file, name, about, from, words }: Data): Promise<void> {
  const lines = wrap([...new Set(words)].sort());
  const head = [
    `/**`,
    ` * ${about}`,
    ` * From ${from}.`,
    ` * Written by scripts/generate-locale-data.ts; do not edit.`,
    ` */`,
  ];
  const body = [`export const ${name}: readonly string[] = \``, ...lines, '`.trim().split(/\\s+/);'];
  await writeFile(resolve(folder, file), `${[...head, ...body].join('\n')}\n`);
  console.log(`${words.length} names in src/config/data/${file}`);
}

function wrap(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > 118) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
