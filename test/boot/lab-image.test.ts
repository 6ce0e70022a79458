import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BuildResult } from '../../src/flows/image-build/request.ts';
import { runHnfProcess } from '../helpers/hnf-child.ts';
import { needTime, needTools } from '../helpers/need-tools.ts';

const out = mkdtempSync(join(tmpdir(), 'lab-'));
const temp = mkdtempSync('/tmp/hnf-lab-');

async function build(...args: string[]): Promise<BuildResult> {
  const run = await runHnfProcess(['image', 'build', 'debian12-lab', '--json', '-o', out, ...args], { cwd: out, temp });
  expect(`${run.exitCode}: ${run.stderr}`).toMatch(/^0: /);
  return JSON.parse(run.stdout) as BuildResult;
}

function phase(result: BuildResult, name: string): { cached: boolean } | undefined {
  return result.phases.find((item) => item.name === name);
}

describe('boot/lab-image', () => {
  let first: BuildResult;

  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-img', 'mmdebstrap');
  });

  beforeAll(async () => {
    if (process.env['HNF_TIER'] === 'all') first = await build('--format', 'qcow2,raw,ova');
  });

  it('writes three verified artifacts and their records', async () => {
    expect(first.artifacts.map((artifact) => artifact.format).sort()).toEqual(['ova', 'qcow2', 'raw']);
    expect(first.verify.failed).toBe(0);
    expect(first.verify.passed).toBeGreaterThan(60);
    for (const { path, bytes } of first.artifacts) expect(statSync(path).size).toBe(bytes);
    const sums = await execa('sha256sum', ['-c', 'debian12-lab-1.34.2.sha256'], { cwd: out });
    expect(sums.stdout.split('\n')).toHaveLength(3);
    const sbom = JSON.parse(readFileSync(join(out, 'debian12-lab-1.34.2.spdx.json'), 'utf8')) as {
      packages: { name: string }[];
    };
    const names = sbom.packages.map((item) => item.name);
    expect(names).toEqual(expect.arrayContaining(['containerd', 'kubelet', 'aws_signing_helper', 'linux-image-amd64']));
  });

  it('says of every seal check what it saw', () => {
    for (const check of first.verify.checks)
      expect(check).toMatchObject({ id: expect.stringMatching(/./), saw: expect.stringMatching(/./) });
    for (const { path } of first.artifacts) {
      const report = first.verify.checks.filter((check) => check.artifact === basename(path));
      expect(report.length).toBeGreaterThan(20);
    }
  });

  it('starts no machine and looks for no tool when nothing has changed', async () => {
    const again = await build('--format', 'qcow2,raw,ova');
    expect(again).toMatchObject({
      cached: true,
      identity: first.identity,
      artifacts: first.artifacts,
      verify: first.verify,
    });
    expect(phase(again, 'tools')).toBeUndefined();
  });

  it('makes the same bytes again from its layers', async () => {
    const ova = first.artifacts.find((artifact) => artifact.format === 'ova');
    rmSync(ova?.path ?? '');
    const again = await build('--format', 'ova');
    expect(again.cached).toBe(true);
    expect(again.artifacts).toEqual([ova]);
  });

  it('has equal content in all formats', async (context) => {
    const [qemuImg = ''] = await needTools(context, 'qemu-img');
    const path = (format: string) => join(out, `debian12-lab-1.34.2.${format}`);
    await execa(qemuImg, ['compare', '-f', 'raw', '-F', 'qcow2', path('raw'), path('qcow2')]);
  });

  it('reuses the base layer for another Kubernetes patch', async () => {
    const other = await build('--format', 'ova', '--kubernetes', '1.34.3');
    expect(phase(other, 'base layer')).toMatchObject({ cached: true });
    expect(other.identity).not.toBe(first.identity);
    expect(other.verify.checks.find((check) => /kubelet/.test(check.id) && check.saw.includes('1.34.3'))).toBeDefined();
  });
});
