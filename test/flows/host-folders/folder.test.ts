import { chmodSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { isUnchanged, writeFolder } from '../../../src/flows/host-folders/folder.ts';

const names = ['a', 'b'];
const files = [
  { name: 'a', content: 'text\n' },
  { name: 'b', content: new Uint8Array([1, 0, 2, 0, 0, 0, 0]) },
];
const newFolder = () => join(mkdtempSync(join(tmpdir(), 'folder-')), 'host');

describe('flows/host-folders/folder', () => {
  it('writes private files, zeros at their end as well', () => {
    const folder = newFolder();
    writeFolder(folder, files);
    expect([folder, join(folder, 'a'), join(folder, 'b')].map((path) => statSync(path).mode & 0o777)).toEqual([
      0o700, 0o600, 0o600,
    ]);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('text\n');
    expect([...readFileSync(join(folder, 'b'))]).toEqual([1, 0, 2, 0, 0, 0, 0]);
    expect(isUnchanged(folder, files, names)).toBe(true);
  });

  it.each([
    ['another content', (folder: string) => writeFileSync(join(folder, 'a'), 'texts')],
    ['a file others may read', (folder: string) => chmodSync(join(folder, 'a'), 0o644)],
    ['a folder others may read', (folder: string) => chmodSync(folder, 0o755)],
  ])('sees %s', (_what, change) => {
    const folder = newFolder();
    writeFolder(folder, files);
    change(folder);
    expect(isUnchanged(folder, files, names)).toBe(false);
  });

  it('sees a file too many of ours, and passes over those of others', () => {
    const folder = newFolder();
    writeFolder(folder, files);
    writeFileSync(join(folder, 'notes'), '');
    expect(isUnchanged(folder, files, names)).toBe(true);
    expect(isUnchanged(folder, files.slice(0, 1), names)).toBe(false);
  });

  it('takes neither a file nor a link for a folder', () => {
    const folder = newFolder();
    expect(isUnchanged(folder, [], names)).toBe(false);
    writeFileSync(folder, '', { mode: 0o700 });
    expect(isUnchanged(folder, [], names)).toBe(false);
    symlinkSync('/tmp', `${folder}-link`);
    expect(isUnchanged(`${folder}-link`, [], names)).toBe(false);
  });

  it.each(['text', 'bytes'])('says so when only a part of %s could be written', async (kind) => {
    const folder = newFolder();
    const content = kind === 'text' ? `'x'.repeat(5000)` : 'new Uint8Array(5000).fill(7)';
    const script = `
      import { writeFolder } from '${resolve(import.meta.dirname, '../../../src/flows/host-folders/folder.ts')}';
      writeFolder('${folder}', [{ name: 'a', content: ${content} }]);`;
    // The first write ends where the limit is, as it does on a disk that fills up.
    const limited = 'ulimit -f 2; exec "$0" --input-type=module-typescript --eval "$1"';
    const args = ['-c', limited, process.execPath, script];
    const { exitCode, stderr } = await createExec().run('sh', args, { timeoutMs: 60_000, accept: [1] });
    expect(`${exitCode} ${stderr}`).toMatch(/^1 .*EFBIG/s);
  });
});
