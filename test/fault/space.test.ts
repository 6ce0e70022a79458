import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { waitNoProcesses } from '../helpers/hnf-child.ts';
import { cacheFolder, needTime, needTools } from '../helpers/need-tools.ts';
import { needMounts, runWithSmallDisk } from '../helpers/small-disk.ts';

describe('fault/space', () => {
  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-img', 'mmdebstrap');
    await needMounts(context);
  });

  it('refuses to start when the output folder is too small', async () => {
    const world = { cwd: mkdtempSync(join(tmpdir(), 'cwd-')), temp: mkdtempSync('/tmp/hnf-fault-') };
    const out = join(world.cwd, 'out');
    const run = await runWithSmallDisk(
      out,
      100,
      ['image', 'build', 'debian12-lab', '--format', 'ova', '-o', out],
      world,
    );
    expect([run.exitCode, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/error: writing the artifacts needs \d+ MiB in '.*out', free are \d+(\.\d+)? MiB/);
  });

  it('stops a build whose disk fills up, and leaves nothing', async () => {
    const world = { cwd: mkdtempSync(join(tmpdir(), 'cwd-')), temp: mkdtempSync('/tmp/hnf-fault-') };
    const images = { 'space-lab': { extends: 'debian12-lab', nodeadm: { timeoutMinutes: 24 } } };
    writeFileSync(join(world.cwd, 'images.config.json'), JSON.stringify({ images }));
    const args = ['image', 'build', 'space-lab', '--format', 'raw', '-o', join(world.cwd, 'out')];
    const run = await runWithSmallDisk(join(cacheFolder(), 'tmp'), 400, args, world);
    expect([run.exitCode, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/stopped because '.*' is nearly full: /);
    expect(run.stderr).toMatch(/hint: .*HNF_CACHE_DIR/);
    // What `ls` of the small disk printed after hnf had ended: nothing.
    expect(run.stderr).toMatch(/hint: [^\n]*\n?$/);
    expect(await waitNoProcesses(world.temp, 30_000)).toEqual([]);
    expect(readdirSync(world.temp)).toEqual([]);
    expect(existsSync(join(world.cwd, 'out/space-lab-1.34.2.raw'))).toBe(false);
  });
});
