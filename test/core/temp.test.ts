import { existsSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { describeOwner } from '../../src/core/owner.ts';
import { withTempDir } from '../../src/core/temp.ts';
import { waitFor } from '../helpers/wait.ts';

const source = (file: string) => JSON.stringify(join(import.meta.dirname, '../../src/core', file));

/** Another hnf that keeps a folder in `parent` until it is killed. */
async function startOwner(parent: string) {
  const script = `
    import { withTempDir } from ${source('temp.ts')};
    import { processReaper } from ${source('reaper.ts')};
    await withTempDir('hnf-vm', async (folder) => {
      console.log(JSON.stringify({ folder, reaper: processReaper.pid }));
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }, ${JSON.stringify(parent)});`;
  const args = ['--input-type=module-typescript', '-e', script];
  const child = execa(process.execPath, args, { reject: false, buffer: false });
  const text = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
  return { child, ...(JSON.parse(String(text)) as { folder: string; reaper: number }) };
}

function newParent(): string {
  return mkdtempSync(join(tmpdir(), 'parent-'));
}

describe('core/temp', () => {
  it('gives a private folder that is gone afterwards', async () => {
    const parent = newParent();
    const seen = await withTempDir('hnf', async (folder) => [folder, statSync(folder).mode & 0o777] as const, parent);
    expect(seen[1]).toBe(0o700);
    await expect(withTempDir('hnf', () => Promise.reject(new Error('no')), parent)).rejects.toThrow('no');
    expect(readdirSync(parent)).toEqual([]);
  });

  it('leaves a folder that is to become something free of notes', async () => {
    expect(await withTempDir('node', async (folder) => readdirSync(folder), newParent())).toEqual([]);
  });

  it('removes what an hnf left that was killed together with its reaper, and nothing of one that runs', async () => {
    const parent = newParent();
    const [dead, alive] = [await startOwner(parent), await startOwner(parent)];
    process.kill(dead.reaper, 'SIGKILL');
    dead.child.kill('SIGKILL');
    await dead.child;
    await waitFor(async () => (await isGone(dead.reaper)) || undefined, { timeoutMs: 5000, what: () => 'it runs' });
    expect(existsSync(dead.folder)).toBe(true);
    await withTempDir('hnf-probe', async () => {}, parent);
    expect(existsSync(dead.folder)).toBe(false);
    expect(existsSync(alive.folder)).toBe(true);
    alive.child.kill('SIGKILL');
    await alive.child;
  });

  it.skipIf(process.platform !== 'linux')('leaves what it cannot be sure of', async () => {
    const parent = newParent();
    const dead = { ...describeOwner(), started: '1', reaper: { pid: 1, started: '0' } };
    const claims = {
      'hnf-vm-gone01': dead,
      'hnf-boot-old001': { ...describeOwner(), boot: 'another-boot' },
      '.hnf-staging-gone01': dead,
      'hnf-vm-host01': { ...dead, host: `not-${hostname()}` },
      'hnf-vm-space1': { ...dead, pidSpace: 'pid:[1]' },
      'hnf-vm-alive1': describeOwner(),
      'hnf-fault-notours': dead,
      'other-abc123': dead,
    };
    for (const [name, owner] of Object.entries(claims)) {
      mkdirSync(join(parent, name, 'sub'), { recursive: true });
      writeFileSync(join(parent, name, '.hnf-owner'), JSON.stringify(owner));
    }
    mkdirSync(join(parent, 'hnf-vm-nonote'));
    mkdirSync(join(parent, 'hnf-vm-broken'));
    writeFileSync(join(parent, 'hnf-vm-broken/.hnf-owner'), '{');
    symlinkSync(join(parent, 'other-abc123'), join(parent, 'hnf-vm-link01'));
    await withTempDir('hnf', async () => {}, parent);
    expect(readdirSync(parent).sort()).toEqual([
      'hnf-fault-notours',
      'hnf-vm-alive1',
      'hnf-vm-broken',
      'hnf-vm-host01',
      'hnf-vm-link01',
      'hnf-vm-nonote',
      'hnf-vm-space1',
      'other-abc123',
    ]);
  });
});

async function isGone(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
