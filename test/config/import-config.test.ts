import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createExec } from '../../src/core/exec.ts';
import { SecretRegistry } from '../../src/core/secrets.ts';
import { folderWith } from './sample.ts';

interface Report {
  written: unknown;
  findings: string[];
}

const script = resolve(import.meta.dirname, '../fixtures/config/print-findings.ts');

const good = `import { defineConfig, type WrittenImage } from 'hybrid-node-factory';
import { packages } from './packages.ts';
const image: WrittenImage = { extends: 'debian12-lab', packages };
export default defineConfig({ images: { web: image } });
`;

const places = `// provider: 'x'
export default {
  provider: 'smm',
  images: {
    a: { extends: 'debian12-lab', arch: 'x86' },
    b: { extends: 'debian12-lab', arch: 'arm64' },
  },
};
`;

const faults: readonly (readonly [string, string, RegExp])[] = [
  ['a syntax error', 'export default {\n  images: {\n};\n', /^images\.config\.ts:\d+(:\d+)?: no valid TypeScript: /],
  [
    'an enum',
    'enum A { B }\nexport default { arch: A.B };\n',
    /^images\.config\.ts(:\d+)*: .*enum.* Only types that can be erased/,
  ],
  [
    'a thrown error',
    "\nthrow new Error('no inventory');\n",
    /^images\.config\.ts:2:7: running it failed: no inventory\.$/,
  ],
  [
    'a missing import',
    "import './nowhere.ts';\nexport default {};\n",
    /^images\.config\.ts.*nowhere\.ts.*, which this file imports\.$/,
  ],
  ['no default export', 'export const config = {};\n', /^images\.config\.ts: there is no default export with a config/],
  ['a function', 'export default () => ({});\n', /^images\.config\.ts: the default export is a function/],
];

/** All in one Node of its own: what strips types and resolves imports there is Node, not the test runner. */
async function loadAll(folders: readonly string[]): Promise<Report[]> {
  const exec = createExec(new SecretRegistry());
  const { stdout } = await exec.run(process.execPath, [script, ...folders], { timeoutMs: 60_000 });
  return JSON.parse(stdout) as Report[];
}

describe('config/import-config', () => {
  let reports: Report[] = [];

  beforeAll(async () => {
    const helper = { 'packages.ts': "export const packages: string[] = ['jq'];\n" };
    const texts = [good, places, ...faults.map(([, text]) => text)];
    reports = await loadAll(texts.map((text) => folderWith({ 'images.config.ts': text, ...helper })));
  }, 60_000);

  it('runs TypeScript, with imports of its own and of this package, from anywhere', () => {
    expect(reports[0]).toEqual({
      findings: [],
      written: { images: { web: { extends: 'debian12-lab', packages: ['jq'] } } },
    });
  });

  it('places a finding whose key stands once in the source, comments aside', () => {
    expect(reports[1]?.findings.map((line) => line.replace(/^\S*\//, ''))).toEqual([
      "images.config.ts:3:3: provider: 'smm' is not accepted; accepted: ssm, iam-ra, iam; did you mean 'ssm'?",
      "images.config.ts: images.a.arch: 'x86' is not accepted; accepted: amd64, arm64, amd, arm.",
    ]);
  });

  it.each(faults.map(([what, , expected], index) => ({ what, expected, index })))(
    'reports $what as a fault of the file',
    ({ expected, index }) => {
      const findings = reports[index + 2]?.findings ?? [];
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatch(expected);
    },
  );
});
