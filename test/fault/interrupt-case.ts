import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startHnf, waitNoProcesses } from '../helpers/hnf-child.ts';
import { cacheFolder } from '../helpers/need-tools.ts';
import { waitUntil } from '../helpers/wait.ts';

export interface Phase {
  name: string;
  image: string;
  args: readonly string[];
  /** On stderr when the phase is under way. */
  pattern: RegExp;
}

/** Its base layer is that of debian12-lab, its node layer is its own: hnf has to start a machine for it. */
const catalog = `images:
  fault-lab:
    extends: debian12-lab
    nodeadm: { timeoutMinutes: 21 }
`;

/** What is left of these folders is looked at, so no other process may use them. */
const own = ['tmp', 'locks', 'verified', 'hashes', 'downloads'];

/** A cache with the entries of this machine's and with its own working folders; on the same file system. */
export function makeCacheView(): string {
  const view = mkdtempSync(`${cacheFolder()}-view-`);
  for (const name of readdirSync(cacheFolder())) {
    if (!own.includes(name)) symlinkSync(join(cacheFolder(), name), join(view, name));
  }
  for (const name of ['tmp', 'locks']) mkdirSync(join(view, name));
  return view;
}

/** Runs a build until the phase, sends the signal, and looks at everything that could be left. */
export async function interruptAt(phase: Phase, signal: NodeJS.Signals): Promise<void> {
  const cache = makeCacheView();
  const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
  const temp = mkdtempSync('/tmp/hnf-fault-');
  try {
    writeFileSync(join(cwd, 'images.config.yaml'), catalog);
    const args = ['image', 'build', phase.image, '-o', 'out', ...phase.args];
    const child = startHnf(args, { cwd, temp, env: { HNF_CACHE_DIR: cache } });
    await child.waitFor(phase.pattern, 8 * 60_000);
    child.kill(signal);
    const { exitCode, stdout, stderr } = await child.done;
    expect(await waitNoProcesses(temp, 60_000)).toEqual([]);
    if (signal !== 'SIGKILL') {
      expect([exitCode, stdout]).toEqual([130, '']);
      expect(stderr).toMatch(/interrupted\n$/);
      expect(stderr).not.toContain('internal error');
    }
    const left = () => [
      ...leftovers(temp),
      ...leftovers(join(cwd, 'out')).filter((name) => !name.endsWith('.logs')),
      ...['tmp', 'locks'].flatMap((name) => leftovers(join(cache, name)).map((entry) => `${name}/${entry}`)),
    ];
    // The reaper removes things after the process is gone.
    await waitUntil(() => left().length === 0, { timeoutMs: 20_000, what: () => `left: ${left().join(' ')}` });
  } finally {
    rmSync(cache, { recursive: true, force: true });
    rmSync(temp, { recursive: true, force: true });
  }
}

function leftovers(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
