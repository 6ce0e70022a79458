import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bundleManifestText, parseBundleManifest } from '../../../src/mirror/bundle/bundle-manifest.ts';
import { openBundle, unpackBundle } from '../../../src/mirror/bundle/open-bundle.ts';
import { verifyBundle } from '../../../src/mirror/bundle/verify-bundle.ts';
import { describeBundle, writeBundle } from '../../../src/mirror/bundle/write-bundle.ts';
import { emptyContent, makeBundle, makeFolder, sampleTexts, writingContext } from './sample.ts';

const { signal } = new AbortController();

function codesOf(verdict: Awaited<ReturnType<typeof verifyBundle>>): string[] {
  return verdict.findings.map(({ code, path }) => `${code} ${path}`);
}

/** One header and its content, as the hand of somebody else may write it. */
function tarEntry(name: string, content: string, type = '0', link = ''): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\x000000000\x000000000\0', 100);
  header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0        ', 136);
  header.write(type, 156);
  header.write(link, 157);
  header.write('ustar\x0000', 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

const end = Buffer.alloc(1024);

describe('mirror/bundle', () => {
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

  it('finds a single changed byte in every file, wherever it is', async () => {
    for (const name of Object.keys(sampleTexts).filter((path) => sampleTexts[path] !== '')) {
      const { path } = await makeBundle();
      const bytes = readFileSync(path);
      // In the manifest, then in the header, and behind it the content.
      const header = bytes.lastIndexOf(name.split('/').at(-1) ?? '');
      const at = bytes.indexOf(sampleTexts[name] ?? '', header + 256);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      writeFileSync(path, bytes);
      expect(codesOf(await verifyBundle(path))).toEqual([`file.checksum ${name}`]);
      await expect(openBundle(path, makeFolder(), { signal })).rejects.toThrow(/damaged/);
    }
  });

  it('refuses a manifest that was changed, and one that leads elsewhere', async () => {
    const { manifest } = await makeBundle();
    const text = bundleManifestText(manifest);
    expect(parseBundleManifest(text, 'x')).toEqual(manifest);
    expect(() => parseBundleManifest(text.replace('0.1.0', '0.1.1'), 'x')).toThrow(/was changed/);
    expect(() => parseBundleManifest('[]', 'x')).toThrow(/not the manifest/);
    expect(() => parseBundleManifest('{', 'x')).toThrow(/not JSON/);
  });

  it.each([
    '../x',
    '/x',
    'a/../b',
    'a//b',
    './a',
    'a/.',
    'a b',
    'a\nb',
    'bundle.json',
    'é',
    '',
    'x'.repeat(300),
    'a\\b',
  ])('takes no file called %j', async (path) => {
    const context = writingContext();
    const file = join(makeFolder(), 'file');
    writeFileSync(file, 'x');
    await expect(describeBundle(emptyContent, [{ path, file }], context)).rejects.toThrow();
  });

  it.each([
    ['a file and a folder of one name', ['a', 'a/b']],
    ['one name twice', ['a', 'a']],
  ])('takes no bundle with %s', async (_, paths) => {
    const file = join(makeFolder(), 'file');
    writeFileSync(file, 'x');
    await expect(
      describeBundle(
        emptyContent,
        paths.map((path) => ({ path, file })),
        writingContext(),
      ),
    ).rejects.toThrow(/twice/);
  });

  it.each([
    ['a path that leads out', tarEntry('../evil', 'x'), 'not in the manifest'],
    ['an absolute path', tarEntry('/tmp/evil', 'x'), 'not in the manifest'],
    ['a symbolic link', tarEntry('tools', '', '2', '/tmp'), "type '2'"],
    ['a hard link', tarEntry('sources/x', '', '1', '/etc/passwd'), "type '1'"],
    ['a device', tarEntry('sources/x', '', '3'), "type '3'"],
    ['an extended header', tarEntry('x', '20 path=../../evil\n', 'x'), "type 'x'"],
    ['a long name of GNU tar', tarEntry('././@LongLink', '../evil', 'L'), "type 'L'"],
    ['a file nobody listed', tarEntry('tools/more', 'x'), 'not in the manifest'],
    ['a second copy', tarEntry('sources/a', 'other'), 'not in the manifest, or there twice'],
  ])('does not unpack %s', async (_, entry, message) => {
    const { path, folder } = await makeBundle('sample.tar', { 'sources/a': 'a' });
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, bytes.length - 1024), entry, end]));
    const cache = join(folder, 'cache');
    await expect(openBundle(path, cache, { signal })).rejects.toThrow(message);
    expect(existsSync(join(folder, 'evil')) || existsSync('/tmp/evil') || existsSync(join(cache, 'evil'))).toBe(false);
    expect(readdirSync(join(cache, 'bundles'))).toEqual([]);
    expect((await verifyBundle(path)).whole).toBe(false);
  });

  it('notices an archive that ends early, at any place', async () => {
    for (const name of ['sample.tar', 'sample.tar.gz']) {
      const { path } = await makeBundle(name, { 'sources/a': 'a'.repeat(5000), 'sources/b': 'b' });
      const whole = statSync(path).size;
      for (const bytes of [whole - 1100, Math.floor(whole / 2), 700]) {
        truncateSync(path, bytes);
        const verdict = await verifyBundle(path).catch((error: Error) => error);
        expect([bytes, verdict instanceof Error || !verdict.whole]).toEqual([bytes, true]);
      }
    }
  });

  it('notices damage in compressed data that no file shows', async () => {
    const { path } = await makeBundle('sample.tar.gz', { 'sources/a': 'a' });
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 6) ^ 1, bytes.length - 6);
    writeFileSync(path, bytes);
    const large = await makeBundle('large.tar.gz', { 'sources/a': randomBytes(4_000_000).toString('hex') });
    const content = readFileSync(large.path);
    content.writeUInt8(content.readUInt8(content.length - 6) ^ 1, content.length - 6);
    writeFileSync(large.path, content);
    await expect(verifyBundle(path)).rejects.toThrow(/incorrect data check/);
    expect(codesOf(await verifyBundle(large.path))).toContain('bundle.unreadable ');
  });

  it('reads a bundle that somebody compressed later, or under another name', async () => {
    const { path, folder } = await makeBundle();
    writeFileSync(join(folder, 'renamed'), gzipSync(readFileSync(path)));
    expect((await verifyBundle(join(folder, 'renamed'))).whole).toBe(true);
    const gz = await makeBundle('other.tar.gz');
    writeFileSync(join(folder, 'plain'), gunzipSync(readFileSync(gz.path)));
    expect((await verifyBundle(join(folder, 'plain'))).whole).toBe(true);
  });

  it('refuses what is no bundle', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'text'), 'nothing of the kind');
    writeFileSync(join(folder, 'other.tar'), Buffer.concat([tarEntry('a', 'x'), end]));
    await expect(verifyBundle(join(folder, 'text'))).rejects.toThrow(/cannot be read as a bundle/);
    await expect(verifyBundle(join(folder, 'other.tar'))).rejects.toThrow(/does not begin with bundle.json/);
    await expect(verifyBundle(join(folder, 'none'))).rejects.toThrow(/there is no bundle/);
    await expect(verifyBundle(folder)).rejects.toThrow(/has no bundle.json/);
  });

  it('unpacks once, and uses what is there the next time', async () => {
    const { path } = await makeBundle();
    const cache = makeFolder();
    const first = await openBundle(path, cache, { signal });
    expect(statSync(join(first.folder, 'tools/packer-1/packer')).mode & 0o777).toBe(0o755);
    const time = statSync(join(first.folder, 'images/large')).mtimeMs;
    const second = await openBundle(path, cache, { signal });
    expect([second.folder, statSync(join(second.folder, 'images/large')).mtimeMs]).toEqual([first.folder, time]);
    expect((await verifyBundle(first.folder)).whole).toBe(true);
    expect(readdirSync(join(cache, 'bundles'))).toEqual([first.manifest.identity]);
  });

  it('finds in a folder what is missing, changed, or too much, links as well', async () => {
    const { path } = await makeBundle();
    const { folder } = await openBundle(path, makeFolder(), { signal });
    writeFileSync(join(folder, 'sources/empty'), 'not empty');
    writeFileSync(join(folder, 'more'), 'x');
    truncateSync(join(folder, 'images/large'), 5);
    execFileSync('rm', [join(folder, 'tools/packer-1/packer')]);
    symlinkSync('/etc/hostname', join(folder, 'sources/link'));
    expect(codesOf(await verifyBundle(folder)).sort()).toEqual([
      'file.missing tools/packer-1/packer',
      'file.size images/large',
      'file.size sources/empty',
      'file.unlisted more',
      'file.unlisted sources/link',
    ]);
  });

  it('unpacks nowhere where something else is', async () => {
    const { path } = await makeBundle();
    const folder = makeFolder();
    writeFileSync(join(folder, 'mine'), 'x');
    await expect(unpackBundle(path, folder, { signal })).rejects.toThrow(/is not empty/);
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('x');
    const other = join(folder, 'new');
    await unpackBundle(path, other, { signal });
    await unpackBundle(path, other, { signal });
    expect((await verifyBundle(other)).whole).toBe(true);
  });

  it('writes no bundle with a file that changed since it was read', async () => {
    const { manifest, files, folder } = await makeBundle('sample.tar', { 'sources/a': 'before' });
    writeFileSync(files[0]?.file ?? '', 'behind');
    const target = join(folder, 'other.tar');
    await expect(writeBundle(target, manifest, files, writingContext())).rejects.toThrow(/changed while/);
    expect(readdirSync(folder).sort()).toEqual(['files', 'sample.tar']);
  });

  it('leaves nothing when it is interrupted', async () => {
    const { manifest, files, folder } = await makeBundle();
    const stop = new AbortController();
    const target = join(folder, 'other.tar');
    const writing = writeBundle(target, manifest, files, {
      ...writingContext(),
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(writing).rejects.toMatchObject({ code: 'interrupted' });
    expect(readdirSync(folder).sort()).toEqual(['files', 'sample.tar']);
  });
});
