import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { skipOrFail } from './need-tools.ts';

export const program = resolve(import.meta.dirname, '../../bin/hnf.js');

/**
 * Runs hnf with a small file system of its own mounted at `folder`; only this run sees it. When hnf has ended, what is left there is listed
 * on stderr.
 * @param before shell text that is run first
 */
export async function runWithSmallDisk(
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

export async function needMounts(context: Parameters<typeof skipOrFail>[0]): Promise<void> {
  const mayMount = await execa('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { reject: false });
  if (mayMount.exitCode !== 0) skipOrFail(context, 'mounting a small file system needs root');
}
