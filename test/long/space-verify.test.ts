import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder, needTime, needTools } from '../helpers/need-tools.ts';
import { needMounts, program, runWithSmallDisk } from '../helpers/small-disk.ts';

describe('long/space-verify', () => {
  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-img', 'mmdebstrap');
    await needMounts(context);
  });

  // The layers are there from an earlier build; the overlay of the machine that is started grows in the folder for temporary files.
  it('says that the disk is full when that happens while the image is verified', async () => {
    const world = { cwd: mkdtempSync(join(tmpdir(), 'cwd-')), temp: mkdtempSync('/tmp/hnf-fault-') };
    const args = ['image', 'build', 'debian12-lab', '--format', 'raw', '-o', join(world.cwd, 'out')];
    const plan = await execa(process.execPath, [program, ...args, '--dry-run', '--json'], { cwd: world.cwd });
    const { steps } = JSON.parse(plan.stdout) as { steps: { name: string; action: string }[] };
    if (steps.some(({ name, action }) => name.endsWith('layer') && action !== 'reuse'))
      await execa(process.execPath, [program, ...args, '-o', join(world.cwd, 'first')], { cwd: world.cwd });
    const note = join(cacheFolder(), 'verified');
    const unverified = join(world.cwd, 'verified');
    mkdirSync(note, { recursive: true });
    mkdirSync(unverified);
    const run = await runWithSmallDisk(world.temp, 150, args, world, `mount --bind '${unverified}' '${note}'`);
    expect([run.exitCode, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(new RegExp(`stopped because '${world.temp}' is nearly full: `));
    expect(run.stderr).toMatch(/hint: .*TMPDIR/);
    expect(existsSync(join(world.cwd, 'out/debian12-lab-1.34.2.raw'))).toBe(false);
  });
});
