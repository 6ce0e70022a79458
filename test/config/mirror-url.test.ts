import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMirrorFault } from '../../src/config/mirror-url.ts';
import { checkMirrorUrl } from '../../src/render/profile/check-values.ts';
import { hostileText } from '../render/hostile-text.ts';

describe('config/mirror-url', () => {
  it.each([
    'http://mirror.corp/debian',
    'https://10.0.0.1:8443/a/b/',
    'http://[fd00::1]/x',
    'https://mirror.corp/$releasever/baseos/$basearch',
    'file:///mnt/repository',
    'http://mirror.corp/a%20b/~x/@y',
  ])('takes %s', (url) => {
    expect(findMirrorFault(url, 'base')).toBeUndefined();
  });

  it.each([
    ['http://mirror.corp/a b', /letters/],
    ['http://mirror.corp/ü', /letters/],
    ['http://mirror.corp/"', /letters/],
    ['http://mirror.corp/{a}', /letters/],
    ['http://mirror.corp/a\\b', /letters/],
    ['http://mirror.corp/`id`', /letters/],
    ['ftp://mirror.corp/x', /of another kind/],
    ['file://host/x', /of another kind/],
    ['http://-x/', /no host name/],
    ['http:///x', /of another kind/],
    ['http://mirror.corp:0/', /port 0/],
    ['http://mirror.corp/x?y=z', /'\?' or '#'/],
    ['http://mirror.corp/x#y', /'\?' or '#'/],
  ])('refuses %s', (url, fault) => {
    expect(findMirrorFault(url, 'base')).toMatch(fault);
  });

  it('lets the address of a key have a query', () => {
    expect(findMirrorFault('https://mirror.corp/key?id=1', 'file')).toBeUndefined();
    expect(findMirrorFault('https://mirror.corp/key#x', 'file')).toMatch(/'#'/);
  });

  it('is what rendering goes by, too', () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom('base', 'file'), (text, use) => {
        const url = `http://mirror.corp/${text}`;
        const refused = findMirrorFault(url, use) !== undefined;
        if (refused) expect(() => checkMirrorUrl(url, use)).toThrow(/the package mirror/);
        else expect(checkMirrorUrl(url, use)).toBe(url);
      }),
    );
  });
});
