import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { withFileLock } from '../../src/core/lock.ts';

function lockPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'lock-')), 'work.lock');
}

describe('core/lock', () => {
  it('lets one in at a time and leaves nothing', async () => {
    const path = lockPath();
    let inside = 0;
    let most = 0;
    const work = () =>
      withFileLock(path, { what: 'test', timeoutMs: 20_000 }, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 30));
        inside -= 1;
      });
    await Promise.all([work(), work(), work()]);
    expect(most).toBe(1);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('names the holder when it gives up', async () => {
    const path = lockPath();
    await withFileLock(path, { what: 'the long work', timeoutMs: 0 }, async () => {
      const second = withFileLock(path, { what: 'other', timeoutMs: 0 }, async () => {});
      await expect(second).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('the long work') });
    });
  });

  it('takes over from a process that was killed', async () => {
    const path = lockPath();
    const script = `
      import { withFileLock } from ${JSON.stringify(join(import.meta.dirname, '../../src/core/lock.ts'))};
      await withFileLock(${JSON.stringify(path)}, { what: 'x', timeoutMs: 0 }, async () => {
        console.log('held');
        await new Promise((resolve) => setTimeout(resolve, 60000));
      });`;
    const child = execa(process.execPath, ['--input-type=module-typescript', '-e', script], {
      reject: false,
      buffer: false,
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(existsSync(path)).toBe(true);
    child.kill('SIGKILL');
    await child;
    expect(await withFileLock(path, { what: 'next', timeoutMs: 0 }, async () => 'mine')).toBe('mine');
  });

  it('does not trust a pid that now belongs to another process', async () => {
    const path = lockPath();
    writeFileSync(path, JSON.stringify({ pid: process.pid, started: '1', host: hostname(), what: 'long gone' }));
    expect(await withFileLock(path, { what: 'next', timeoutMs: 0 }, async () => 'mine')).toBe('mine');
  });

  it('takes over a damaged lock file', async () => {
    const path = lockPath();
    writeFileSync(path, '{');
    expect(await withFileLock(path, { what: 'next', timeoutMs: 0 }, async () => 'mine')).toBe('mine');
  });
});
