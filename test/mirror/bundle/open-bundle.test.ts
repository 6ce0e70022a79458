import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBundle, unpackBundle } from '../../../src/mirror/bundle/open-bundle.ts';
import { verifyBundle } from '../../../src/mirror/bundle/verify-bundle.ts';
import { makeBundle, makeFolder, openContext } from './sample.ts';
import { tarEnd, tarEntry } from './tar-entry.ts';

describe('mirror/bundle/open-bundle', () => {
  it.each([
    ['a path that leads out', tarEntry('../evil', 'x'), 'not in the manifest'],
    ['an absolute path', tarEntry('/tmp/evil', 'x'), 'not in the manifest'],
    ['a symbolic link', tarEntry('tools', '', '2', '/tmp'), "type '2'"],
    ['a hard link', tarEntry('sources/x', '', '1', '/etc/passwd'), "type '1'"],
    ['a device', tarEntry('sources/x', '', '3'), "type '3'"],
    ['a pipe', tarEntry('sources/x', '', '6'), "type '6'"],
    ['an extended header', tarEntry('x', '20 path=../../evil\n', 'x'), "type 'x'"],
    ['a global header', tarEntry('x', '20 path=../../evil\n', 'g'), "type 'g'"],
    ['a long name of GNU tar', tarEntry('././@LongLink', '../evil', 'L'), "type 'L'"],
    ['a file nobody listed', tarEntry('tools/more', 'x'), 'not in the manifest'],
    ['a second copy', tarEntry('sources/a', 'other'), 'not in the manifest, or there twice'],
    ['a second manifest', tarEntry('bundle.json', '{}'), 'not in the manifest'],
  ])('does not unpack %s', async (_, entry, message) => {
    const { path, folder } = await makeBundle('sample.tar', { 'sources/a': 'a' });
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, bytes.length - tarEnd.length), entry, tarEnd]));
    const cache = join(folder, 'cache');
    await expect(openBundle(path, cache, openContext())).rejects.toThrow(message);
    expect(existsSync(join(folder, 'evil')) || existsSync('/tmp/evil') || existsSync(join(cache, 'evil'))).toBe(false);
    expect(readdirSync(join(cache, 'bundles'))).toEqual([]);
    expect((await verifyBundle(path)).whole).toBe(false);
  });

  it('writes nothing of a file that is larger than announced', async () => {
    const { path, folder, manifest } = await makeBundle('sample.tar', { 'sources/a': 'a' });
    const bytes = readFileSync(path);
    const start = bytes.lastIndexOf('sources/a');
    writeFileSync(path, Buffer.concat([bytes.subarray(0, start), tarEntry('sources/a', 'a'.repeat(100_000)), tarEnd]));
    await expect(openBundle(path, join(folder, 'cache'), openContext())).rejects.toThrow(
      /sources\/a has 100000 bytes, the manifest says 1/,
    );
    expect(manifest.members).toHaveLength(1);
  });

  it('unpacks once, and uses what is there the next time', async () => {
    const { path } = await makeBundle();
    const cache = makeFolder();
    const context = openContext();
    const first = await openBundle(path, cache, context);
    expect(statSync(join(first.folder, 'tools/packer-1/packer')).mode & 0o777).toBe(0o755);
    const time = statSync(join(first.folder, 'images/large')).mtimeMs;
    const second = await openBundle(path, cache, context);
    expect([second.folder, statSync(join(second.folder, 'images/large')).mtimeMs]).toEqual([first.folder, time]);
    expect((await verifyBundle(first.folder)).whole).toBe(true);
    expect(readdirSync(join(cache, 'bundles'))).toEqual([first.manifest.identity]);
  });

  it('unpacks again what was damaged in the cache', async () => {
    const { path } = await makeBundle();
    const cache = makeFolder();
    const context = openContext();
    const { folder } = await openBundle(path, cache, context);
    writeFileSync(join(folder, 'tools/packer-1/packer'), '#!/bin/no\n');
    await openBundle(path, cache, context);
    expect(readFileSync(join(folder, 'tools/packer-1/packer'), 'utf8')).toBe('#!/bin/sh\n');
  });

  it('refuses a folder of the user that is damaged, and names the files', async () => {
    const { path } = await makeBundle();
    const folder = join(makeFolder(), 'srv');
    const context = openContext();
    await unpackBundle(path, folder, context);
    expect((await openBundle(folder, makeFolder(), context)).folder).toBe(folder);
    rmSync(join(folder, 'sources/empty'));
    symlinkSync('/bin/sh', join(folder, 'sources/empty'));
    await expect(openBundle(folder, makeFolder(), context)).rejects.toThrow(/sources\/empty is no plain file/);
    rmSync(join(folder, 'tools'), { recursive: true });
    await expect(openBundle(folder, makeFolder(), context)).rejects.toMatchObject({
      code: 'check.failed',
      details: ['sources/empty is no plain file', 'tools/packer-1/packer is missing'],
    });
    await expect(unpackBundle(path, folder, context)).rejects.toThrow(/damaged in 2 places/);
  });

  it('unpacks nowhere where something else is', async () => {
    const { path } = await makeBundle();
    const folder = makeFolder();
    writeFileSync(join(folder, 'mine'), 'x');
    await expect(unpackBundle(path, folder, openContext())).rejects.toThrow(/is not empty/);
    await expect(unpackBundle(path, join(folder, 'mine'), openContext())).rejects.toMatchObject({ code: 'io.failed' });
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('x');
    const other = join(folder, 'new');
    mkdirSync(other);
    await unpackBundle(path, other, openContext());
    await unpackBundle(path, other, openContext());
    expect((await verifyBundle(other)).whole).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['mine', 'new']);
  });

  it('leaves nothing when it is interrupted', async () => {
    const { path } = await makeBundle();
    const cache = makeFolder();
    const stop = new AbortController();
    const context = openContext({
      signal: stop.signal,
      onProgress: (detail) => detail.includes('packer') && stop.abort(),
    });
    await expect(openBundle(path, cache, context)).rejects.toMatchObject({ code: 'interrupted' });
    expect(readdirSync(join(cache, 'bundles'))).toEqual([]);
  });
});
