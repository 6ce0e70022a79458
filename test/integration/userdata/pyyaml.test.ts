import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { buildCloudConfig, renderCloudConfig } from '../../../src/guestinfo/cloud-config.ts';
import { parseCloudConfig } from '../../../src/guestinfo/parse-cloud-config.ts';
import { compileUserdata } from '../../../src/guestinfo/userdata.ts';
import { providePythonEnv, pythonFolder } from '../../../src/tools/python-env.ts';
import { samplePayload } from '../../guestinfo/sample.ts';
import { realTools } from '../../helpers/need-tools.ts';

interface Answer {
  value?: unknown;
  error?: string;
}

/** Texts to one PyYAML process, which is what cloud-init reads them with. */
async function readByPyYaml(texts: readonly string[]): Promise<Answer[]> {
  const { python } = await providePythonEnv(realTools());
  const options = {
    input: JSON.stringify({ task: 'yaml', questions: texts }),
    timeoutMs: 600_000,
    keepBytes: 512 * 1024 * 1024,
  };
  const { stdout } = await createExec().run(python, ['-I', join(pythonFolder(), 'judge.py')], options);
  return JSON.parse(stdout) as Answer[];
}

const yamlTraps = [
  ...[
    'yes',
    'no',
    'on',
    'off',
    'y',
    'n',
    'True',
    'NO',
    'null',
    '~',
    '',
    'Null',
    '=',
    '<<',
    '-',
    '?',
    ':',
    '---',
    '...',
    '%YAML',
    '@',
    '`',
  ],
  ...[
    '0644',
    '010',
    '0o644',
    '08',
    '1:30',
    '12:30:45',
    '190:20:30',
    '1_000',
    '0x1F',
    '0b11',
    '+12',
    '1e3',
    '1.5e+3',
    '1.30',
    '.inf',
    '.NaN',
    '-.5',
  ],
  ...[
    '2024-01-01',
    '2001-12-14t21:59:43.10-05:00',
    '10:20:30:40:50:59',
    '22:22',
    'a: b',
    'a #b',
    '#a',
    '!tag',
    '&a',
    '*a',
    '{a}',
    '[a]',
    "it's",
    '"',
    "'",
    '\\',
  ],
  ...[
    '\t',
    ' ',
    '\n',
    '\r',
    '\r\n',
    'a\n',
    '\na',
    'a\n\n',
    ' a\nb',
    'a \nb',
    'a\tb\n',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u007f',
    '\u00a0',
    '\ufeff',
    '\ufffe',
    '\0',
    '\u001b[0m',
    '😀',
    '\u{10ffff}',
    '\u200b',
    'é\u0301',
  ],
  ...[
    '#cloud-config',
    '--- |',
    '|',
    '>',
    '|-\n x',
    'key: |\n  a',
    `${'x'.repeat(5000)}`,
    `${'word '.repeat(400)}`,
    '"\\ud83d\\ude00"',
    '\\u0041',
    '%',
    '{{ ds }}',
    '$(x)',
    '`x`',
  ],
];

const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...yamlTraps), { maxLength: 4 }).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...yamlTraps, 'a', 'b c'), { maxLength: 6 }).map((lines) => lines.join('\n')),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[-+0-9._:eExXoObB]{1,12}$/) },
);

/** Half of a surrogate pair is no text, and refused. */
const texts = [
  ...yamlTraps,
  ...fc.sample(
    hostile.filter((text) => text.isWellFormed()),
    { seed: 5, numRuns: 12_000 },
  ),
];

describe('guestinfo/cloud-config, read by PyYAML', () => {
  it(`gives back ${texts.length} hostile strings as they went in: values, items, keys, files`, async () => {
    const perDocument = 100;
    const documents: { text: string; value: unknown }[] = [];
    for (let at = 0; at < texts.length; at += perDocument) {
      const some = texts.slice(at, at + perDocument);
      const keys = Object.fromEntries(some.filter((text) => text.length < 1000).map((text) => [text, text]));
      const value = { list: some, keys, write_files: some.map((content) => ({ content })), deep: { runcmd: [some] } };
      documents.push({ text: renderCloudConfig(value), value });
    }
    const answers = await readByPyYaml(documents.map(({ text }) => text));
    expect(texts.length).toBeGreaterThan(12_000);
    for (const [at, { value }] of documents.entries()) {
      expect(answers[at]?.error).toBeUndefined();
      expect(answers[at]?.value).toEqual(value);
    }
  });

  it('gives back a NodeConfig of hostile text, by the fast way and from the beginning', async () => {
    const settings = samplePayload();
    const render = compileUserdata(settings);
    const some = texts.filter((_text, at) => at % 20 === 0);
    const answers = await readByPyYaml(some.map((text) => render('node-1', text)));
    for (const [at, nodeConfig] of some.entries())
      expect(answers[at]).toEqual({ value: buildCloudConfig(settings, { hostname: 'node-1', nodeConfig }) });
  });

  it('refuses what no file can carry', () => {
    expect(() => renderCloudConfig({ a: 'x\ud83d' })).toThrowError(expect.objectContaining({ code: 'input.invalid' }));
  });

  it('reads a cloud-config of one’s own as PyYAML does, and writes it so that it stays', async () => {
    const own = [
      'a: yes\nflags: [y, n, Y, N]\nb: [no, "no", 0644, "0644", 08, 1:30, 1_000, 0x1F, 0o17, 1e3, 1.5e+3, ~, null, on]\n',
      'permissions: 0755\nports: [22:22, 80:80]\nmac: 10:20:30:40:50:59\n',
      'text: |\n  a\n  b\nfolded: >\n  a\n  b\nempty:\n',
      'base: &base {x: 1}\nderived:\n  <<: *base\n  y: 2\n',
      'packages:\n- jq\n- [curl, 7.88]\n',
      'when: "2024-01-01"\nkey with blanks: true\n"quoted: key": Off\n',
    ].map((text) => `#cloud-config\n${text}`);
    const rendered = own.map((text) => {
      const parsed = parseCloudConfig(text);
      return 'config' in parsed ? renderCloudConfig(parsed.config) : JSON.stringify(parsed.fault);
    });
    const [before, after] = [await readByPyYaml(own), await readByPyYaml(rendered)];
    expect(after).toEqual(before);
    expect(before.every(({ error }) => error === undefined)).toBe(true);
  });
});
