import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { findLocalPath, provideSource } from '../../../src/flows/image-build/provide-source.ts';
import { sourceFileName, sourceKind } from '../../../src/mirror/bundle/import-sources.ts';

const digest = sha256('a medium');

function world() {
  const folder = mkdtempSync(join(tmpdir(), 'source-'));
  const { signal } = new AbortController();
  const context = { store: new Store(join(folder, 'cache')), clock: systemClock, log: silentLog, signal, env: {} };
  return { path: join(folder, 'x.iso'), context };
}

describe('flows/image-build/provide-source', () => {
  it('uses a file where it lies, if it is the right one', async () => {
    const { path, context } = world();
    writeFileSync(path, 'a medium');
    expect(await provideSource({ url: path, sha256: digest }, context)).toBe(path);
    expect(await provideSource({ url: `file://${path}`, sha256: digest }, context)).toBe(path);
    writeFileSync(path, 'another');
    await expect(provideSource({ url: path, sha256: digest }, context)).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });

  it('finds in the cache what a bundle brought, whatever its path was', async () => {
    const { path, context } = world();
    await expect(provideSource({ url: path, sha256: digest }, context)).rejects.toMatchObject({
      code: 'input.not-found',
    });
    await context.store.provide(sourceKind, digest, context, async (folder) => {
      writeFileSync(join(folder, sourceFileName), 'a medium');
      return {};
    });
    for (const url of [path, 'https://unreachable.invalid/x.iso'])
      expect(readFileSync(await provideSource({ url, sha256: digest }, context), 'utf8')).toBe('a medium');
    rmSync(join(context.store.root, sourceKind), { recursive: true });
    await expect(provideSource({ url: path, sha256: digest }, context)).rejects.toMatchObject({
      code: 'input.not-found',
    });
  });

  it('tells paths from addresses', () => {
    expect(findLocalPath('file:///srv/a%20b')).toBe('/srv/a b');
    expect(findLocalPath('/srv/x')).toBe('/srv/x');
    expect(findLocalPath('https://x/y')).toBeUndefined();
  });
});
