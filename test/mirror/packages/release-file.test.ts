import { describe, expect, it } from 'vitest';
import {
  findPackagesIndex,
  indexAddress,
  listFileName,
  parsePrintedUris,
  parseSourceLine,
} from '../../../src/mirror/packages/release-file.ts';

const sum = 'ab'.repeat(32);
const release = `-----BEGIN PGP SIGNED MESSAGE-----
Acquire-By-Hash: yes
MD5Sum:
 0123 5 main/binary-amd64/Packages.xz
SHA256:
 ${'cd'.repeat(32)} 700 main/binary-amd64/Packages
 ${sum} 500 main/binary-amd64/Packages.xz
SHA512:
 ${'ef'.repeat(64)} 9 contrib/binary-amd64/Packages.xz
`;

describe('mirror/packages/release-file', () => {
  it('finds the index that apt will ask for', () => {
    const index = findPackagesIndex(release, 'main', 'amd64', 'x');
    expect(index).toEqual({ path: 'main/binary-amd64/Packages.xz', sha256: sum, bytes: 500, byHash: true });
    expect(indexAddress(index)).toBe(`main/binary-amd64/by-hash/SHA256/${sum}`);
    expect(indexAddress({ ...index, byHash: false })).toBe('main/binary-amd64/Packages.xz');
    expect(() => findPackagesIndex(release, 'contrib', 'amd64', 'x')).toThrow(/lists no/);
  });

  it('reads what apt-get prints, and nothing that could not be checked', () => {
    const line = `'http://deb.debian.org/debian/pool/main/a/apt/apt_2.6.1_amd64.deb' apt_2.6.1_amd64.deb 1377 SHA256:${sum}`;
    expect(parsePrintedUris(`Reading…\n${line}\n`)).toEqual([
      { url: 'http://deb.debian.org/debian/pool/main/a/apt/apt_2.6.1_amd64.deb', bytes: 1377, sha256: sum },
    ]);
    expect(() => parsePrintedUris(line.replace('SHA256', 'MD5Sum'))).toThrow(/no SHA-256/);
  });

  it('reads sources with and without options, on the network only', () => {
    expect(parseSourceLine('deb [signed-by=/a.gpg arch=amd64] http://h/debian/ bookworm main contrib')).toEqual({
      url: 'http://h/debian',
      suite: 'bookworm',
      components: ['main', 'contrib'],
    });
    expect(() => parseSourceLine('deb file:/x bookworm main')).toThrow(/no package source/);
  });

  it('names lists as apt does', () => {
    expect(listFileName('http://deb.debian.org/debian/dists/a_b/InRelease')).toBe(
      'deb.debian.org_debian_dists_a%5fb_InRelease',
    );
  });
});
