import { existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/core/log.ts';
import { silentLog } from '../../src/core/log.ts';
import { Store } from '../../src/core/store.ts';
import { applyPrune, listAbandoned, listEntries, listOthers, planPrune } from '../../src/core/store-prune.ts';

function newStore(): { store: Store; warnings: string[]; context: { log: Log; signal: AbortSignal } } {
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => warnings.push(message) };
  return {
    store: new Store(mkdtempSync(join(tmpdir(), 'store-'))),
    warnings,
    context: { log, signal: new AbortController().signal },
  };
}

async function fill(folder: string): Promise<{ made: boolean }> {
  await writeFile(join(folder, 'disk.raw'), 'content');
  return { made: true };
}

describe('core/store', () => {
  it('makes an entry once, also for concurrent callers', async () => {
    const { store, context } = newStore();
    let made = 0;
    const make = async (folder: string) => {
      made += 1;
      return fill(folder);
    };
    const entries = await Promise.all([1, 2, 3].map(() => store.provide('base', 'k', context, make)));
    expect(made).toBe(1);
    expect(entries.map((entry) => entry.cached).sort()).toEqual([false, true, true]);
    expect(readFileSync(join(store.root, 'base/k/disk.raw'), 'utf8')).toBe('content');
    expect(readdirSync(join(store.root, 'tmp'))).toEqual([]);
    expect(readdirSync(join(store.root, 'locks'))).toEqual([]);
  });

  it('keeps nothing of a failed make', async () => {
    const { store, context } = newStore();
    const failing = store.provide('base', 'k', context, async (folder) => {
      await fill(folder);
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    expect(existsSync(join(store.root, 'base'))).toBe(false);
    expect(readdirSync(join(store.root, 'tmp'))).toEqual([]);
  });

  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['truncated', (file) => truncateSync(file, 3)],
    ['changed', (file) => writeFileSync(file, 'CONTENT')],
  ];
  it.each(damages)('makes a %s entry again and says so', async (_name, damage) => {
    const { store, context, warnings } = newStore();
    await store.provide('base', 'k', context, fill);
    damage(join(store.root, 'base/k/disk.raw'));
    expect((await store.provide('base', 'k', context, fill)).cached).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('is damaged')]);
    expect((await store.provide('base', 'k', context, fill)).cached).toBe(true);
  });

  it('makes an entry without its record again', async () => {
    const { store, context } = newStore();
    await mkdir(join(store.root, 'base/k'), { recursive: true });
    await writeFile(join(store.root, 'base/k/disk.raw'), 'left over');
    expect((await store.provide('base', 'k', context, fill)).cached).toBe(false);
  });

  it('makes an entry afresh when asked to, and keeps the old one if that fails', async () => {
    const { store, context } = newStore();
    await store.provide('base', 'k', context, fill);
    const failing = store.provide('base', 'k', { ...context, fresh: true }, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await store.provide('base', 'k', context, fill)).cached).toBe(true);
    expect((await store.provide('base', 'k', { ...context, fresh: true }, fill)).cached).toBe(false);
  });

  it('accepts a file whose time changed but not its content', async () => {
    const { store, context } = newStore();
    await store.provide('base', 'k', context, fill);
    utimesSync(join(store.root, 'base/k/disk.raw'), 1, 1);
    expect((await store.provide('base', 'k', context, fill)).cached).toBe(true);
  });

  it('prunes the least recently used but never the newest of a kind', async () => {
    const { store, context } = newStore();
    for (const [index, key] of ['old', 'mid', 'new'].entries()) {
      await store.provide('node', key, context, fill);
      utimesSync(join(store.root, 'node', key, 'entry.json'), 1000 + index, 1000 + index);
    }
    const entries = await listEntries(store.root);
    const one = entries[0]?.bytes ?? 0;
    expect(planPrune(entries, one * 2).map((entry) => entry.key)).toEqual(['old']);
    expect(planPrune(entries, 1).map((entry) => entry.key)).toEqual(['old', 'mid']);
    await applyPrune(planPrune(entries, 0));
    expect(await listEntries(store.root)).toEqual([]);
  });

  it('lists everything in the cache folder', async () => {
    const { store, context } = newStore();
    await store.provide('node', 'k', context, fill);
    await store.provide('tools', 'k', context, fill);
    await mkdir(join(store.root, 'packer-plugins/a/b'), { recursive: true });
    await writeFile(join(store.root, 'packer-plugins/a/b/plugin'), 'x'.repeat(9000));
    await writeFile(join(store.root, 'accelerator.json'), '{}');
    expect((await listEntries(store.root)).map(({ kind }) => kind)).toEqual(['node']);
    const others = await listOthers(store.root);
    expect(others.map(({ kind }) => kind)).toEqual(['hashes', 'locks', 'packer-plugins', 'tmp', 'tools']);
    expect(others.find(({ kind }) => kind === 'packer-plugins')?.bytes).toBeGreaterThanOrEqual(9000);
  });

  it('removes what a killed process left, and nothing of those at work', async () => {
    const { store, context } = newStore();
    const left = join(store.root, 'tmp/node-AbCdEf');
    await mkdir(join(left, 'packer'), { recursive: true });
    await writeFile(join(left, 'packer/disk.raw'), 'half');
    await mkdir(join(store.root, 'locks'));
    await writeFile(join(store.root, 'locks/node-k.lock'), '{}');
    await store.provide('base', 'k', context, async (folder) => {
      const abandoned = await listAbandoned(store.root);
      expect(abandoned.map((entry) => entry.folder)).toEqual([left]);
      await applyPrune(abandoned);
      return fill(folder);
    });
    expect(existsSync(left)).toBe(false);
    await store.provide('node', 'k', context, async (folder) => {
      await mkdir(left);
      expect(await listAbandoned(store.root)).toEqual([]);
      return fill(folder);
    });
    expect((await listAbandoned(store.root)).map(({ key }) => key)).toEqual(['node-AbCdEf']);
  });

  it('does not take the lock of a killed process for work in progress', async () => {
    const { store, context } = newStore();
    await store.provide('base', 'k', context, fill);
    await writeFile(join(store.root, 'locks/base-k.lock'), '{}');
    expect((await listEntries(store.root)).map(({ inUse }) => inUse)).toEqual([false]);
    await store.provide('node', 'n', context, async (folder) => {
      expect((await listEntries(store.root)).map(({ inUse }) => inUse)).toEqual([true]);
      return fill(folder);
    });
  });
});
