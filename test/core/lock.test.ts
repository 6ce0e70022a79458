import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { isLocked, withFileLock } from '../../src/core/lock.ts';
import { bootId, identifyProcess } from '../../src/core/process-identity.ts';

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
    expect(await isLocked(path)).toBe(true);
    child.kill('SIGKILL');
    await child;
    expect(await withFileLock(path, { what: 'next', timeoutMs: 10_000 }, async () => 'mine')).toBe('mine');
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  const nobody = { pid: 0, started: '' };
  const self = {
    ...identifyProcess(process.pid),
    reaper: nobody,
    boot: bootId(),
    host: hostname(),
    what: 'other work',
  };
  const strangers: readonly (readonly [string, object])[] = [
    ['whose pid now belongs to another process', { started: '1' }],
    ['of before the machine was restarted', { boot: 'another' }],
    ['that nobody has cleaned up after', { ...nobody, reaper: nobody }],
  ];
  it.each(strangers)('takes over from a process %s', async (_, change) => {
    const path = lockPath();
    writeFileSync(path, JSON.stringify({ ...self, ...change }));
    expect(await isLocked(path)).toBe(false);
    expect(await withFileLock(path, { what: 'next', timeoutMs: 0 }, async () => 'mine')).toBe('mine');
  });

  it('waits for what still cleans up after a killed process', async () => {
    const path = lockPath();
    const reaper = identifyProcess(process.pid);
    writeFileSync(path, JSON.stringify({ ...self, ...nobody, reaper }));
    await expect(withFileLock(path, { what: 'next', timeoutMs: 0 }, async () => {})).rejects.toMatchObject({
      code: 'busy',
    });
  });

  it('cannot judge a process of another machine, and says which file to remove', async () => {
    const path = lockPath();
    writeFileSync(path, JSON.stringify({ ...self, ...nobody, host: 'build-7' }));
    await expect(withFileLock(path, { what: 'next', timeoutMs: 0 }, async () => {})).rejects.toMatchObject({
      code: 'busy',
      message: `'${path}' is held by process 0 on 'build-7' (other work)`,
      hint: expect.stringContaining(`If 'build-7' is not at work on it, remove '${path}'.`),
    });
  });

  it('says which path it cannot use, and what to do', async () => {
    const file = lockPath();
    writeFileSync(file, '');
    const path = join(file, 'below/a-file.lock');
    await expect(withFileLock(path, { what: 'x', timeoutMs: 0 }, async () => {})).rejects.toMatchObject({
      code: 'io.failed',
      message: expect.stringContaining(`cannot write '${path}': ENOTDIR`),
      hint: expect.stringContaining('HNF_CACHE_DIR'),
    });
  });

  it('lets one process in at a time when many find the lock of a dead one', async () => {
    const folder = dirname(lockPath());
    const [children, rounds] = [6, process.env['HNF_TIER'] === 'all' ? 12 : 3];
    const stale = JSON.stringify({ ...self, started: '1' });
    for (let round = 0; round < rounds; round += 1) {
      writeFileSync(join(folder, `${round}.lock`), stale);
      // Killed while it was taking over.
      if (round % 3 === 0) writeFileSync(join(folder, `${round}.lock.break`), stale);
      writeFileSync(join(folder, `${round}.count`), '0');
    }
    const contender = join(import.meta.dirname, 'lock-contender.ts');
    const runs = Array.from({ length: children }, (_, index) =>
      execa(process.execPath, [contender, folder, String(rounds), index < 2 ? '40' : '0'], { reject: false }),
    );
    await Promise.all(runs.map((run) => new Promise((resolve) => run.stdout.once('data', resolve))));
    const startAt = Date.now() + 100;
    for (const run of runs) run.stdin.end(String(startAt));
    for (const run of await Promise.all(runs)) expect(run.exitCode, run.stderr).toBe(0);
    const counts = Array.from({ length: rounds }, (_, round) => readFileSync(join(folder, `${round}.count`), 'utf8'));
    expect(counts).toEqual(Array.from({ length: rounds }, () => String(children)));
    expect(readdirSync(folder).filter((name) => !name.endsWith('.count'))).toEqual([]);
  });

  it('takes over a damaged lock file', async () => {
    const path = lockPath();
    writeFileSync(path, '{');
    expect(await withFileLock(path, { what: 'next', timeoutMs: 0 }, async () => 'mine')).toBe('mine');
  });
});
