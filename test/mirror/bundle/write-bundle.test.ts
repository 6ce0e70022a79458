import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { buildBundleManifest, emptyContent } from '../../../src/mirror/bundle/bundle-manifest.ts';
import { verifyBundle } from '../../../src/mirror/bundle/verify-bundle.ts';
import { writeBundle } from '../../../src/mirror/bundle/write-bundle.ts';
import { makeBundle, writingContext } from './sample.ts';

describe('mirror/bundle/write-bundle', () => {
  it.each(['sample.tar', 'sample.tar.gz'])('writes a %s that is whole, and the same again', async (name) => {
    const first = await makeBundle(name);
    const second = await makeBundle(name);
    expect(readFileSync(first.path)).toEqual(readFileSync(second.path));
    const verdict = await verifyBundle(first.path);
    expect([verdict.whole, verdict.files, verdict.identity]).toEqual([true, 4, first.manifest.identity]);
    expect(readdirSync(first.folder).sort()).toEqual(['files', name]);
  });

  it('is a tar that other programs read, without times and owners of this machine', async () => {
    const { path, folder } = await makeBundle();
    const listing = execFileSync('tar', ['-tvf', path, '--numeric-owner', '--utc'], { encoding: 'utf8' });
    expect(listing.split('\n')[0]).toMatch(/^-rw-r--r-- 0\/0 +\d+ 2026-01-01 00:00 bundle.json$/);
    expect(listing).toMatch(/^-rwxr-xr-x 0\/0 +10 .*tools\/packer-1\/packer$/m);
    mkdirSync(join(folder, 'out'));
    execFileSync('tar', ['-xf', path, '-C', join(folder, 'out')]);
    expect((await verifyBundle(join(folder, 'out'))).whole).toBe(true);
  });

  it('holds paths as long as a tar can without extensions', async () => {
    const long = `${'p'.repeat(155)}/${'n'.repeat(100)}`;
    const { path } = await makeBundle('sample.tar', { [long]: 'x', [`packages/${'n'.repeat(100)}`]: 'y' });
    expect(await verifyBundle(path)).toMatchObject({ whole: true, files: 2 });
  });

  it('writes no bundle with a file that changed since it was read', async () => {
    const { manifest, files, folder } = await makeBundle('sample.tar', { 'sources/a': 'before' });
    const target = join(folder, 'other.tar');
    writeFileSync(files[0]?.file ?? '', 'behind');
    await expect(writeBundle(target, manifest, files, writingContext())).rejects.toThrow(/changed while/);
    writeFileSync(files[0]?.file ?? '', 'longer than before');
    await expect(writeBundle(target, manifest, files, writingContext())).rejects.toThrow(/changed while/);
    rmSync(files[0]?.file ?? '');
    await expect(writeBundle(target, manifest, files, writingContext())).rejects.toThrow(/ENOENT/);
    expect(readdirSync(folder).sort()).toEqual(['files', 'sample.tar']);
  });

  it('says which file cannot be read', async () => {
    const { folder } = await makeBundle('sample.tar', { 'sources/a': 'x' });
    // Says it is empty, and gives an error to whoever reads it.
    const file = '/proc/self/mem';
    const manifest = buildBundleManifest(emptyContent, [
      { path: 'sources/a', bytes: 0, sha256: sha256(''), executable: false },
    ]);
    const writing = writeBundle(join(folder, 'other.tar'), manifest, [{ path: 'sources/a', file }], writingContext());
    await expect(writing).rejects.toThrow(/^'\/proc\/self\/mem' cannot be read: EIO/);
    expect(readdirSync(folder).sort()).toEqual(['files', 'sample.tar']);
  });

  it('leaves nothing when it is interrupted', async () => {
    const { manifest, files, folder } = await makeBundle();
    const stop = new AbortController();
    const target = join(folder, 'other.tar');
    const context = { ...writingContext(), signal: stop.signal, onProgress: () => stop.abort() };
    await expect(writeBundle(target, manifest, files, context)).rejects.toMatchObject({ code: 'interrupted' });
    expect(readdirSync(folder).sort()).toEqual(['files', 'sample.tar']);
  });
});
