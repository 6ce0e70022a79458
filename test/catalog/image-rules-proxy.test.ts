import { describe, expect, it } from 'vitest';
import type { WrittenConfig } from '../../src/config/schema.ts';
import { messagesOf, ubuntu } from './sample.ts';

type Written = NonNullable<WrittenConfig['profile']>;

const http = 'http://proxy.corp:3128';
const apt = 'http://mirror.corp/ubuntu';
const aptSecurity = 'http://security.corp/ubuntu';

function aboutProxy(profile: Written, image: Parameters<typeof messagesOf>[0] = ubuntu): string[] {
  return messagesOf({ ...image, profile }).filter((line) => /profile\.(proxy|mirrors)/.test(line));
}

describe('catalog/image-rules-proxy', () => {
  it('says that a network is not about a mirror with a name', () => {
    const found = aboutProxy({ proxy: { http, noProxy: ['10.0.0.0/8'] }, mirrors: { apt } });
    expect(found).toEqual([
      expect.stringMatching(
        /^warning images\.web\.profile\.proxy\.noProxy 10\.0\.0\.0\/8 is about addresses, so the mirror 'mirror\.corp' is reached through the proxy; accepted/,
      ),
    ]);
  });

  it.each([
    ['a name that is listed', { proxy: { http, noProxy: ['10.0.0.0/8', '.corp'] }, mirrors: { apt } }],
    ['an address', { proxy: { http, noProxy: ['10.0.0.0/8'] }, mirrors: { apt: 'http://10.0.0.5/ubuntu' } }],
    ['no networks', { proxy: { http, noProxy: ['other.corp'] }, mirrors: { apt } }],
    ['no proxy', { mirrors: { apt } }],
    [
      'a mirror of another distribution',
      { proxy: { http, noProxy: ['10.0.0.0/8'] }, mirrors: { dnf: [{ id: 'a', baseurl: apt }] } },
    ],
  ] satisfies [string, Written][])('has nothing against %s', (_, profile) => {
    expect(aboutProxy(profile)).toEqual([]);
  });

  it('says when an installer asks a mirror through the proxy all the same', () => {
    const image = { extends: 'ubuntu24', source: { kind: 'iso' } } as const;
    const proxy = { http, noProxy: ['.corp'] };
    expect(aboutProxy({ proxy, mirrors: { apt } }, image)).toEqual([
      expect.stringMatching(
        /^warning images\.web\.profile\.mirrors the installer has one proxy for everything, so it asks 'mirror\.corp'/,
      ),
    ]);
    expect(aboutProxy({ proxy, mirrors: { apt, aptSecurity } }, image)).toEqual([]);
    expect(aboutProxy({ proxy, mirrors: { apt } })).toEqual([]);
  });
});
