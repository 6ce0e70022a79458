import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import { Store } from '../../src/core/store.ts';
import { runHnf } from '../helpers/run-cli.ts';

/** A cache with a layer, a tool and what a killed run left. */
async function makeCache(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'cache-'));
  const context = { log: silentLog, signal: new AbortController().signal };
  for (const kind of ['node', 'tools']) {
    await new Store(root).provide(kind, 'some-key', context, async (folder) => {
      writeFileSync(join(folder, 'content'), 'x'.repeat(5000));
      return {};
    });
  }
  mkdirSync(join(root, 'tmp/node-AbCdEf'));
  return root;
}

describe('cli/commands/cache', () => {
  it('lists layers and the rest with their sizes', async () => {
    const env = { HNF_CACHE_DIR: await makeCache() };
    const { stdout } = await runHnf(['cache', 'list'], { env });
    expect(stdout).toMatch(/^node +some-key +\d[\d.]* KiB /m);
    expect(stdout).toMatch(/^tools +- +\d[\d.]* KiB /m);
    const rows = JSON.parse((await runHnf(['cache', 'list', '--json'], { env })).stdout) as { kind: string }[];
    expect(rows.map(({ kind }) => kind)).toEqual(['node', 'hashes', 'locks', 'tmp', 'tools']);
  });

  it('prunes layers and what a killed run left, never the tools', async () => {
    const root = await makeCache();
    const env = { HNF_CACHE_DIR: root };
    const dry = await runHnf(['cache', 'prune', '--dry-run'], { env });
    expect(dry.stdout).toMatch(/^would remove node some-key \(.*\)\nwould remove tmp node-AbCdEf \(0 B\)\n$/);
    expect(existsSync(join(root, 'tmp/node-AbCdEf'))).toBe(true);
    const small = await runHnf(['cache', 'prune', '--max-gib', '1'], { env });
    expect(small.stdout).toBe('removed tmp node-AbCdEf (0 B)\n');
    expect((await runHnf(['cache', 'prune'], { env })).stdout).toMatch(/^removed node some-key/);
    expect((await runHnf(['cache', 'prune'], { env })).stdout).toBe('nothing to remove\n');
    expect(existsSync(join(root, 'tools/some-key/content'))).toBe(true);
  });
});
