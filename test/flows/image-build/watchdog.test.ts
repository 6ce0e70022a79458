import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FactoryError } from '../../../src/core/errors.ts';
import { type Watch, withWatchdog } from '../../../src/flows/image-build/watchdog.ts';

const folder = mkdtempSync(join(tmpdir(), 'watch-'));

/** Work that ends only when it is told to, as a hanging build would. */
function hang(watch: Watch): Promise<never> {
  return new Promise((_resolve, reject) => {
    watch.signal.addEventListener('abort', () => reject(new FactoryError('interrupted', 'interrupted')));
  });
}

describe('flows/image-build/watchdog', () => {
  it('ends a phase that takes too long and names it', async () => {
    const work = withWatchdog({ signal: new AbortController().signal, folders: [folder], everyMs: 10 }, (watch) => {
      watch.enter({ name: 'wait for ssh', limitMinutes: 0.001 });
      return hang(watch);
    });
    await expect(work).rejects.toMatchObject({
      code: 'exec.timeout',
      message: expect.stringContaining('wait for ssh'),
    });
  });

  it('ends the work when the disk fills up', async () => {
    const options = {
      signal: new AbortController().signal,
      folders: [folder],
      everyMs: 10,
      minFreeBytes: Number.MAX_SAFE_INTEGER,
    };
    await expect(withWatchdog(options, hang)).rejects.toMatchObject({ code: 'space.low' });
  });

  it('ends the work with what the check throws', async () => {
    const check = async () => {
      throw new FactoryError('build.failed', 'the installer gave up');
    };
    const signal = new AbortController().signal;
    const work = withWatchdog({ signal, folders: [folder], everyMs: 10, check }, hang);
    await expect(work).rejects.toMatchObject({ code: 'build.failed', message: 'the installer gave up' });
  });

  it.runIf(process.platform === 'linux')('watches every folder', async () => {
    // A file system that never has space; the first one has.
    const folders = [folder, '/proc'];
    const work = withWatchdog({ signal: new AbortController().signal, folders, everyMs: 10, minFreeBytes: 1 }, hang);
    await expect(work).rejects.toMatchObject({ code: 'space.low', message: expect.stringContaining("'/proc'") });
  });

  it('passes an interrupt on as an interrupt', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const work = withWatchdog({ signal: controller.signal, folders: [folder], everyMs: 10 }, hang);
    await expect(work).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('gives the result of work that ends by itself', async () => {
    const work = withWatchdog({ signal: new AbortController().signal, folders: [folder] }, async () => 42);
    expect(await work).toBe(42);
  });
});
