import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { renderHooks } from '../../../src/lab/base/tree.ts';

describe('lab/base/tree', () => {
  it('has the hooks it always had', () => {
    expect(renderHooks('/tmp/x/input', true)).toEqual([
      `--setup-hook='/tmp/x/input/merge-usr.sh' "$1"`,
      `--essential-hook=mkdir -p "$1/etc/initramfs-tools" && cp -R --no-preserve=ownership '/tmp/x/input/tree/etc/initramfs-tools/.' "$1/etc/initramfs-tools/"`,
      `--customize-hook='/tmp/x/input/customize.sh' "$1" '/tmp/x/input' 1767225600`,
    ]);
    expect(renderHooks('/tmp/x/input', false)).toHaveLength(2);
  });

  it('has hooks that a shell runs in a folder with any name', async () => {
    const root = mkdtempSync(join(tmpdir(), 'tree-'));
    const input = join(root, "it's $(touch pwned) here");
    mkdirSync(join(input, 'tree/etc/initramfs-tools/hooks'), { recursive: true });
    writeFileSync(join(input, 'tree/etc/initramfs-tools/hooks/hnf'), '#!/bin/sh\n');
    const [essential = ''] = renderHooks(input, false);
    const script = essential.replace('--essential-hook=', '');
    await createExec().run('sh', ['-c', script, 'sh', join(root, 'target')], { timeoutMs: 10_000, cwd: root });
    expect(readdirSync(join(root, 'target/etc/initramfs-tools/hooks'))).toEqual(['hnf']);
    expect(readdirSync(root).sort()).toEqual([expect.stringContaining("it's"), 'target']);
  });
});
