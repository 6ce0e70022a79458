import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/core/package-root.ts';
import type { ValidationReport } from '../../../src/flows/image-validate/types.ts';
import { renderAutoinstallSchema } from '../../../src/render/autoinstall/schema.ts';
import { fillSeed } from '../../../src/render/fill-seed.ts';
import { cacheFolder, needTime, needTools } from '../../helpers/need-tools.ts';
import { runHnf } from '../../helpers/run-cli.ts';
import { builtinCells } from '../../render/cells.ts';
import { needJudges, renderedCell } from './judge.ts';
import { fillByPacker, findSchemaFaults } from './real-readers.ts';

const few = ['ubuntu24', 'rhel9', 'debian12-netinst', '--arch', 'amd64', '--provider', 'iam-ra', '--source', 'iso'];

/** What commands of these tests see: the tools of this machine, and nothing of the person. */
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], HNF_CACHE_DIR: cacheFolder() };

async function validate(args: readonly string[], more: Record<string, string> = {}) {
  const run = await runHnf(['image', 'validate', '--no-install', ...args], { env: { ...env, ...more } });
  const report = args.includes('--json') ? (JSON.parse(run.stdout) as ValidationReport) : undefined;
  return { ...run, report };
}

describe('integration/validate', () => {
  it('judges some cells, and the same again at once', async (context) => {
    await needJudges(context);
    const first = await validate([...few, '--json']);
    expect(first.report?.cells.map(({ id }) => id)).toEqual([
      'ubuntu24/amd64/iso/qemu/iam-ra',
      'ubuntu24/amd64/iso/vsphere-iso/iam-ra',
      'rhel9/amd64/iso/qemu/iam-ra',
      'rhel9/amd64/iso/vsphere-iso/iam-ra',
      'debian12-netinst/amd64/iso/qemu/iam-ra',
    ]);
    expect(first.report).toMatchObject({ failed: 0, skipped: 0 });
    expect(first.report?.passed).toBe(first.report?.cells.flatMap(({ judges }) => judges).length);
    expect(first.report?.cells[0]?.judges[0]).toEqual({
      name: 'packer-validate',
      status: 'pass',
      reason: '',
      findings: [],
    });
    expect(first.exitCode).toBe(0);
    const again = await validate([...few, '--json']);
    // Only our own rules are asked again: they cost nothing.
    const own = /-rules$/;
    const tools = (again.report?.cells ?? []).flatMap(({ judges }) => judges.filter(({ name }) => !own.test(name)));
    expect(tools.every(({ status }) => status === 'pass')).toBe(true);
    expect(again.report?.known).toBeGreaterThan(again.report?.asked ?? Number.POSITIVE_INFINITY);
  });

  it('writes a table, a JUnit report and a page', async (context) => {
    await needJudges(context);
    const run = await validate([...few, '--junit', 'out/junit.xml', '--markdown', 'out/page.md']);
    expect(run.stdout).toMatch(/^cell +valid +fmt +hcl +seed +ksv/);
    expect(run.stdout).toMatch(/^rhel9\/amd64\/iso\/qemu\/iam-ra( +(ok|-)){14}$/m);
    expect(run.stdout).toMatch(/^5 cells: \d+ passed, 0 failed, 0 skipped \(/m);
    const junit = readFileSync(join(run.cwd, 'out/junit.xml'), 'utf8');
    expect(junit.match(/<testsuite /g)).toHaveLength(5);
    expect(junit).toContain('<testcase classname="rhel9/amd64/iso/qemu/iam-ra" name="ksvalidator" time="0"/>');
    expect(readFileSync(join(run.cwd, 'out/page.md'), 'utf8')).toContain('| `rhel9/amd64/iso/qemu/iam-ra` | pass |');
  });

  it('skips judges whose tools are not there, says so, and ends with 3', async () => {
    const nothing = { HNF_CACHE_DIR: mkdtempSync(join(tmpdir(), 'hnf-none-')), PATH: '/nowhere' };
    const run = await validate(
      ['rhel9', '--source', 'iso', '--provider', 'ssm', '--judge', 'ksvalidator', '--json'],
      nothing,
    );
    expect(run.exitCode).toBe(3);
    expect(run.report?.cells[0]?.judges).toEqual([
      { name: 'ksvalidator', status: 'skip', reason: expect.stringContaining('hnf tools install'), findings: [] },
    ]);
    const own = await validate(['rhel9', '--judge', 'packer-rules', '--judge', 'kickstart-rules', '--json'], nothing);
    expect(own).toMatchObject({ exitCode: 0, report: { skipped: 0, failed: 0 } });
  });

  it.each([
    [['ubuntu23'], /ubuntu23/],
    [['ubuntu24', '--all'], /exclude each other/],
    [['--judge', 'shelcheck'], /'shelcheck' is no judge; accepted: packer-validate, /],
    [['debian12-lab', '--arch', 'arm64'], /no cell of the catalog is meant/],
  ] as const)('refuses %j', async (args, words) => {
    const run = await validate(args);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(words);
  });

  it('finds every cell of the catalog right', async (context) => {
    needTime(context);
    await needJudges(context);
    const { report, exitCode } = await validate(['--all', '--json']);
    expect(report?.cells).toHaveLength(builtinCells.length);
    expect(report).toMatchObject({ failed: 0, skipped: 0 });
    expect(exitCode).toBe(0);
  });
});

describe('integration/validate/seeds', () => {
  const seeds = new Map<string, string>();
  beforeAll(() => {
    for (const spec of builtinCells) {
      for (const { path, content } of renderedCell(spec).files)
        if (path.startsWith('seed/') && path.includes('.pkrtpl.')) seeds.set(content, path);
    }
  });

  it('Packer fills seeds in as the judges do', async (context) => {
    const [packer = ''] = await needTools(context, 'packer');
    const texts = [...seeds.keys()];
    expect(texts.length).toBeGreaterThan(5);
    expect(await fillByPacker(packer, texts)).toEqual(texts.map((text) => fillSeed(text)));
  });

  it("the installer's own schema accepts what ours does, and ours has no key that it has not", async (context) => {
    const [python = ''] = await needTools(context, 'python-judges');
    // Public data for tests, which lies beside the checkout where the project is developed.
    const path = resolve(packageRoot(), process.env['HNF_TEST_DATA'] ?? '../shared/data', 'autoinstall-schema.json');
    if (!existsSync(path)) context.skip(`there is no '${path}' (HNF_TEST_DATA names its folder)`);
    const official = JSON.parse(readFileSync(path, 'utf8')) as { properties: Record<string, unknown> };
    const answers = [...seeds.keys()]
      .filter((text) => text.includes('\nautoinstall:'))
      .map((text) => (load(fillSeed(text)) as { autoinstall: unknown }).autoinstall);
    expect(answers.length).toBeGreaterThan(3);
    const faults = await findSchemaFaults(
      python,
      answers.map((value) => ({ schema: official, value })),
    );
    expect(faults).toEqual(answers.map(() => []));
    const ours = renderAutoinstallSchema(24) as unknown as { properties: { autoinstall: { properties: object } } };
    const known = Object.keys(official.properties);
    expect(Object.keys(ours.properties.autoinstall.properties).filter((key) => !known.includes(key))).toEqual([]);
  });
});
