import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type JsonValue, sha256 } from '../../../src/core/hash.ts';
import {
  type BundleContent,
  type BundleMember,
  buildBundleManifest,
  bundleManifestText,
  emptyContent,
  parseBundleManifest,
} from '../../../src/mirror/bundle/bundle-manifest.ts';
import { describeBundle } from '../../../src/mirror/bundle/write-bundle.ts';
import { makeBundle, makeFolder, writingContext } from './sample.ts';

const digest = 'ab'.repeat(32);

function member(path: string, sum = digest): BundleMember {
  return { path, bytes: 1, sha256: sum, executable: false };
}

/** A manifest that says of itself what it should, whatever is in it: what somebody writes who knows the format. */
function forged(members: readonly BundleMember[], content: Partial<BundleContent> = {}): string {
  const parts = { format: 'hnf-bundle/1', content: { ...emptyContent, ...content }, members };
  return JSON.stringify({ ...parts, identity: sha256(canonicalJson(parts as unknown as JsonValue)) });
}

describe('mirror/bundle/bundle-manifest', () => {
  it('reads what it wrote, and nothing that was changed', async () => {
    const { manifest } = await makeBundle();
    const text = bundleManifestText(manifest);
    expect(parseBundleManifest(text, 'x')).toEqual(manifest);
    const changed = text.replace('"executable": true', '"executable": false');
    expect(changed).not.toBe(text);
    expect(() => parseBundleManifest(changed, 'x')).toThrow(/was changed: it says it is [0-9a-f]{64}/);
    expect(() => parseBundleManifest('[]', 'x')).toThrow(/not the manifest/);
    expect(() => parseBundleManifest('{', 'x')).toThrow(/not JSON/);
    expect(() => parseBundleManifest(text.replace('hnf-bundle/1', 'hnf-bundle/2'), 'x')).toThrow(/not the manifest/);
  });

  it('takes a forged one only when there is nothing wrong with it', () => {
    expect(parseBundleManifest(forged([member('a/b')]), 'x').members).toHaveLength(1);
  });

  it.each([
    ...[
      '../x',
      '/x',
      'a/../b',
      'a//b',
      './a',
      'a/.',
      'a/',
      '..',
      'a b',
      'a\nb',
      'é',
      '',
      'a\\b',
      '-a',
      '.a',
      'a\u0000b',
    ],
    ...['bundle.json', 'bundle.json/x', 'x'.repeat(101), `a/${'x'.repeat(101)}`, `${'x/'.repeat(130)}y`],
  ])('takes no file called %j', (path) => {
    expect(() => parseBundleManifest(forged([member(path)]), 'x')).toThrow(/cannot be (a member|one of its members)/);
    expect(() => buildBundleManifest(emptyContent, [member(path)])).toThrow(/cannot be/);
  });

  it('takes the longest path that a tar holds', () => {
    const path = `${'p'.repeat(155)}/${'n'.repeat(100)}`;
    expect(buildBundleManifest(emptyContent, [member(path)]).members).toHaveLength(1);
  });

  it.each([
    ['a file and a folder of one name', ['a', 'a/b'], /'a\/b' lies below another file/],
    ['the same with others between them', ['a', 'a+', 'a-c', 'a/b'], /'a\/b' lies below another file/],
    ['one name twice', ['a', 'b', 'a'], /'a' is there twice/],
  ])('takes no bundle with %s', async (_, paths, message) => {
    expect(() => parseBundleManifest(forged(paths.map((path) => member(path))), 'x')).toThrow(message);
    const file = join(makeFolder(), 'file');
    writeFileSync(file, 'x');
    const files = paths.map((path) => ({ path, file }));
    await expect(describeBundle(emptyContent, files, writingContext())).rejects.toThrow(message);
  });

  it('takes no file under the checksum of another one', () => {
    const other = 'cd'.repeat(32);
    const blob = `images/blobs/sha256/${other}`;
    expect(() => parseBundleManifest(forged([member(blob)]), 'x')).toThrow(/is not named by its SHA-256/);
    expect(parseBundleManifest(forged([member(blob, other)]), 'x').members).toHaveLength(1);
    const sources = [{ url: 'https://example.org/x.iso', sha256: other }];
    expect(() => parseBundleManifest(forged([member(`sources/${other}`)], { sources }), 'x')).toThrow(
      /its source 'https:\/\/example.org\/x.iso' is not among its members/,
    );
    expect(parseBundleManifest(forged([member(`sources/${other}`, other)], { sources }), 'x').content.sources).toEqual(
      sources,
    );
  });

  it('shows nothing that a terminal would obey', () => {
    expect(() => parseBundleManifest(forged([], { cells: ['\u001b[2J'] }), 'x')).toThrow(/not the manifest/);
  });
});
