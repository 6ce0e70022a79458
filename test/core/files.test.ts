import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/core/files.ts';

describe('core/files', () => {
  it('makes a folder and what is above it, once or many times', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'files-')), 'a/b/c');
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(folder)]);
    await makeFolder(folder);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it('is told by the system where there can be none', async () => {
    const root = mkdtempSync(join(tmpdir(), 'files-'));
    writeFileSync(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(root, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    // Node's own recursive mkdir never comes back from this one.
    if (process.platform === 'linux') await expect(makeFolder('/proc/nope')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
