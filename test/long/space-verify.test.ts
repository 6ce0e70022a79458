import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder, needTime, needTools, skipOrFail } from '../helpers/need-tools.ts';

const program = resolve(import.meta.dirname, '../../bin/hnf.js');

/** Runs hnf with a small file system of its own mounted at `folder`; only this run sees it. */
async function runWithSmallDisk(
  folder: string,
  mib: number,
  args: readonly string[],
  world: { cwd: string; temp: string },
  before = 'true',
) {
  mkdirSync(folder, { recursive: true });
  const script = `${before} && mount -t tmpfs -o size=${mib}m tmpfs "$1" && shift && "$@"; code=$?; ls -A "$LOOK" >&2; exit $code`;
  const command = ['--mount', 'sh', '-c', script, 'sh', folder, process.execPath, program, ...args];
  return execa('unshare', command, {
    cwd: world.cwd,
    env: { TMPDIR: world.temp, LOOK: folder },
    reject: false,
    stdin: 'ignore',
  });
}

describe('long/space-verify', () => {
  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-img', 'mmdebstrap');
    const mayMount = await execa('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { reject: false });
    if (mayMount.exitCode !== 0) skipOrFail(context, 'mounting a small file system needs root');
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
