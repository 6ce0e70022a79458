import { existsSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeTree } from '../../src/core/writer.ts';

const files = [
  { path: 'node/run.sh', mode: 0o755, content: '#!/bin/sh\necho one\n' },
  { path: 'README.md', mode: 0o644, content: '# hello\n' },
];

function newFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'writer-')), 'out');
}

describe('core/writer', () => {
  it('writes files with their modes, and leaves unchanged ones alone', async () => {
    const folder = newFolder();
    expect((await writeTree(folder, files, { dryRun: false })).map((item) => item.change)).toEqual([
      'create',
      'create',
    ]);
    expect(statSync(join(folder, 'node/run.sh')).mode & 0o777).toBe(0o755);
    const before = statSync(join(folder, 'README.md')).mtimeMs;
    expect((await writeTree(folder, files, { dryRun: false })).map((item) => item.change)).toEqual([
      'unchanged',
      'unchanged',
    ]);
    expect(statSync(join(folder, 'README.md')).mtimeMs).toBe(before);
  });

  it('shows a diff and changes nothing in a dry run', async () => {
    const folder = newFolder();
    await writeTree(folder, files, { dryRun: false });
    const changed = [{ path: 'node/run.sh', mode: 0o755, content: '#!/bin/sh\necho two\n' }];
    const changes = await writeTree(folder, changed, { dryRun: true });
    expect(changes).toEqual([
      { path: 'node/run.sh', change: 'update', diff: '  -echo one\n  +echo two\n' },
      { path: 'README.md', change: 'remove', diff: '' },
    ]);
    expect(readFileSync(join(folder, 'node/run.sh'), 'utf8')).toContain('one');
    expect(existsSync(join(newFolder(), '..', 'nothing'))).toBe(false);
  });

  it('removes what it wrote and no longer writes, with empty folders, and nothing of others', async () => {
    const folder = newFolder();
    await writeTree(folder, files, { dryRun: false });
    writeFileSync(join(folder, 'mine.txt'), 'of a person');
    await writeTree(folder, files.slice(1), { dryRun: false });
    expect(existsSync(join(folder, 'node'))).toBe(false);
    expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('of a person');
  });

  it('refuses to overwrite a file of somebody else', async () => {
    const folder = newFolder();
    await writeTree(folder, files.slice(0, 1), { dryRun: false });
    writeFileSync(join(folder, 'README.md'), 'of a person');
    await expect(writeTree(folder, files, { dryRun: false })).rejects.toMatchObject({ code: 'input.invalid' });
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('of a person');
  });

  it('does not follow a link or a record out of the folder', async () => {
    const folder = newFolder();
    await writeTree(folder, files.slice(0, 1), { dryRun: false });
    const outside = join(folder, '..', 'outside.txt');
    writeFileSync(outside, 'keep');
    symlinkSync(outside, join(folder, 'README.md'));
    await expect(writeTree(folder, files, { dryRun: false })).rejects.toMatchObject({ code: 'input.invalid' });
    writeFileSync(join(folder, '.hnf-files.json'), JSON.stringify(['node/run.sh', '../outside.txt']));
    await expect(writeTree(folder, files.slice(0, 1), { dryRun: false })).rejects.toMatchObject({
      code: 'input.invalid',
    });
    expect(readFileSync(outside, 'utf8')).toBe('keep');
  });
});
