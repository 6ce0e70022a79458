import { mkdtempSync, openSync, readdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BuildResult } from '../../src/flows/image-build/request.ts';
import { runHnfProcess } from '../helpers/hnf-child.ts';
import { needTime, needTools } from '../helpers/need-tools.ts';

describe('fault/concurrent', () => {
  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-img', 'mmdebstrap');
  });

  it('lets two builds of one image into one folder follow each other', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'two-'));
    const args = ['image', 'build', 'debian12-lab', '--format', 'qcow2', '-o', 'out', '--json'];
    const runs = await Promise.all([1, 2].map(() => runHnfProcess(args, { cwd, temp: mkdtempSync('/tmp/hnf-two-') })));
    for (const run of runs) expect(`${run.exitCode} ${run.stderr}`).toMatch(/^0 /);
    const [a, b] = runs.map((run) => JSON.parse(run.stdout) as BuildResult);
    expect(a?.artifacts).toEqual(b?.artifacts);
    expect(readdirSync(join(cwd, 'out')).filter((name) => name.startsWith('.') || name.endsWith('.lock'))).toEqual([]);
  });

  it('notices an artifact that was changed and makes it again', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'changed-'));
    const temp = mkdtempSync('/tmp/hnf-changed-');
    const build = async () => {
      const run = await runHnfProcess(['image', 'build', 'debian12-lab', '--format', 'qcow2', '-o', 'out', '--json'], {
        cwd,
        temp,
      });
      expect(`${run.exitCode} ${run.stderr}`).toMatch(/^0 /);
      return JSON.parse(run.stdout) as BuildResult;
    };
    const first = await build();
    const file = openSync(first.artifacts[0]?.path ?? '', 'r+');
    writeSync(file, Buffer.from('damaged'), 0, 7, 4096);
    const again = await build();
    expect(again.artifacts).toEqual(first.artifacts);
    expect(again.phases.find((phase) => phase.name === 'formats')).toMatchObject({ cached: false });
  });
});
