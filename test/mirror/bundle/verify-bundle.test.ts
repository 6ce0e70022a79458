import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../../src/mirror/bundle/open-bundle.ts';
import { verifyBundle } from '../../../src/mirror/bundle/verify-bundle.ts';
import { makeBundle, makeFolder, openContext, sampleTexts } from './sample.ts';
import { tarEnd, tarEntry } from './tar-entry.ts';

function codesOf(verdict: Awaited<ReturnType<typeof verifyBundle>>): string[] {
  return verdict.findings.map(({ code, path }) => `${code} ${path}`);
}

describe('mirror/bundle/verify-bundle', () => {
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
      await expect(openBundle(path, makeFolder(), openContext())).rejects.toThrow(/damaged/);
    }
  });

  it('tells everything at once', async () => {
    const { path } = await makeBundle('sample.tar', { 'sources/a': 'a', 'sources/b': 'b', 'sources/c': 'c' });
    const bytes = readFileSync(path);
    const manifest = bytes.subarray(
      0,
      512 + Math.ceil(Number.parseInt(bytes.toString('latin1', 124, 135), 8) / 512) * 512,
    );
    const entries = [
      tarEntry('sources/a', 'x'),
      tarEntry('sources/b', 'too long'),
      tarEntry('sources/a', 'a'),
      tarEntry('sources/more', 'm'),
    ];
    writeFileSync(path, Buffer.concat([manifest, ...entries, tarEnd]));
    const verdict = await verifyBundle(path, { identity: '0'.repeat(64) });
    expect(codesOf(verdict)).toEqual([
      'bundle.other ',
      'file.checksum sources/a',
      'file.size sources/b',
      'file.twice sources/a',
      'file.unlisted sources/more',
      'file.missing sources/c',
    ]);
    expect(verdict.whole).toBe(false);
  });

  it('compares with the identity that was expected', async () => {
    const { path, manifest } = await makeBundle();
    expect(await verifyBundle(path, { identity: manifest.identity })).toMatchObject({ whole: true, findings: [] });
  });

  it('notices an archive that ends early, at any place', async () => {
    for (const name of ['sample.tar', 'sample.tar.gz']) {
      const { path } = await makeBundle(name, { 'sources/a': 'a'.repeat(5000), 'sources/b': 'b' });
      const whole = statSync(path).size;
      for (const bytes of [whole - 1100, Math.floor(whole / 2), 700, 100, 1, 0]) {
        truncateSync(path, bytes);
        const verdict = await verifyBundle(path).catch((error: Error) => error);
        const seen = verdict instanceof Error ? (verdict as Error & { code?: string }).code : codesOf(verdict)[0];
        expect([bytes, seen]).toEqual([bytes, expect.stringMatching(/^(input\.invalid|bundle\.unreadable )$/)]);
      }
    }
  });

  it('says how much lies behind the place where it cannot be read', async () => {
    const { path } = await makeBundle('sample.tar', { 'sources/a': 'a', 'sources/b': 'b', 'sources/c': 'c' });
    truncateSync(path, statSync(path).size - tarEnd.length - 1024);
    const { findings } = await verifyBundle(path);
    expect(findings).toEqual([
      {
        path: '',
        code: 'bundle.unreadable',
        message: expect.stringMatching(/it ends in the middle; files of the manifest behind that: 1$/),
      },
    ]);
  });

  it('notices damage in compressed data that no file shows', async () => {
    const { path } = await makeBundle('sample.tar.gz', { 'sources/a': 'a' });
    const large = await makeBundle('large.tar.gz', { 'sources/a': randomBytes(4_000_000).toString('hex') });
    for (const damaged of [path, large.path]) {
      const bytes = readFileSync(damaged);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 6) ^ 1, bytes.length - 6);
      writeFileSync(damaged, bytes);
    }
    await expect(verifyBundle(path)).rejects.toThrow(/incorrect data check/);
    expect(codesOf(await verifyBundle(large.path))).toContain('bundle.unreadable ');
  });

  it('notices what hides behind the end', async () => {
    const { path } = await makeBundle();
    const whole = readFileSync(path);
    for (const hidden of [tarEntry('evil', 'x'), Buffer.alloc(2 * 1024 * 1024)]) {
      writeFileSync(path, Buffer.concat([whole, hidden]));
      expect((await verifyBundle(path)).findings[0]?.message).toMatch(/something follows its end/);
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(9216)]));
    expect((await verifyBundle(path)).whole).toBe(true);
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
    writeFileSync(join(folder, 'other.tar'), Buffer.concat([tarEntry('a', 'x'), tarEnd]));
    writeFileSync(join(folder, 'link.tar'), Buffer.concat([tarEntry('bundle.json', '', '2', '/etc/passwd'), tarEnd]));
    await expect(verifyBundle(join(folder, 'text'))).rejects.toThrow(/cannot be read as a bundle/);
    await expect(verifyBundle(join(folder, 'other.tar'))).rejects.toThrow(/does not begin with bundle.json/);
    await expect(verifyBundle(join(folder, 'link.tar'))).rejects.toThrow(/neither a file nor a folder/);
    await expect(verifyBundle(join(folder, 'none'))).rejects.toThrow(/there is no bundle/);
    await expect(verifyBundle(folder)).rejects.toThrow(/has no bundle.json/);
    // Endless: what is no file is not even begun with.
    await expect(verifyBundle('/dev/zero')).rejects.toThrow(/accepted: an archive or a folder/);
  });

  it('finds in a folder what is missing, changed, or too much, and follows no link', async () => {
    const { path } = await makeBundle();
    const { folder } = await openBundle(path, makeFolder(), openContext());
    writeFileSync(join(folder, 'sources/empty'), 'not empty');
    writeFileSync(join(folder, 'more'), 'x');
    truncateSync(join(folder, 'images/large'), 5);
    rmSync(join(folder, 'tools/packer-1/packer'));
    symlinkSync('/bin/sh', join(folder, 'tools/packer-1/packer'));
    symlinkSync('/dev/zero', join(folder, 'sources/link'));
    symlinkSync('/etc', join(folder, 'sources/folder'));
    execFileSync('mkfifo', [join(folder, 'sources/pipe')]);
    rmSync(join(folder, 'packages'), { recursive: true });
    expect(codesOf(await verifyBundle(folder)).sort()).toEqual([
      'file.kind sources/folder',
      'file.kind sources/link',
      'file.kind sources/pipe',
      'file.kind tools/packer-1/packer',
      expect.stringMatching(/^file.missing packages\/.*\.deb$/),
      'file.size images/large',
      'file.size sources/empty',
      'file.unlisted more',
    ]);
  });

  it('stops when it is interrupted', async () => {
    const { path } = await makeBundle();
    await expect(verifyBundle(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'interrupted' });
  });
});
