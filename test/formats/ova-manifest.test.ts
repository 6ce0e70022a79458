import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { parseOvaManifest, renderOvaManifest } from '../../src/formats/ova-manifest.ts';

const digests = new Map([
  ['a.ovf', sha256('a')],
  ['a-disk1.vmdk', sha256('b')],
]);

describe('formats/ova-manifest', () => {
  it('writes SHA256(name)= hex', () => {
    expect(renderOvaManifest(digests).split('\n')[0]).toBe(`SHA256(a.ovf)= ${sha256('a')}`);
  });

  it('reads what it writes', () => {
    expect(parseOvaManifest(renderOvaManifest(digests))).toEqual(digests);
  });

  it.each(['SHA256 (a)= ', 'SHA2-256(a)= ', 'SHA1(a)= '])('does not read a line beginning with %j', (start) => {
    expect(parseOvaManifest(`${start}${sha256('a')}\n`)).toBeUndefined();
  });
});
