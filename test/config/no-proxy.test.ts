import { describe, expect, it } from 'vitest';
import { hostOf, isDirect, isInNetwork } from '../../src/config/no-proxy.ts';

describe('config/no-proxy', () => {
  it.each([
    ['mirror.corp', ['mirror.corp']],
    ['mirror.corp', ['.corp']],
    ['mirror.corp', ['corp']],
    ['mirror.corp', ['*.corp']],
    ['mirror.corp', ['mirror.corp:8080']],
    ['anything', ['*']],
    ['10.1.2.3', ['10.0.0.0/8']],
    ['10.1.2.3', ['10.1.2.3/32']],
    ['10.1.2.3', ['0.0.0.0/0']],
    ['10.1.2.3', ['10.1.2.3']],
    ['fd00::1', ['fd00::/8']],
    ['fd00::1', ['FD00:0:0::/48']],
    ['fd00::1', ['fd00::1']],
  ])('%s is direct by %j', (host, noProxy) => {
    expect(isDirect(host, noProxy)).toBe(true);
  });

  it.each([
    ['mirror.corp', []],
    ['mirror.corp', ['orp', 'ror.corp', 'mirror']],
    // No name is looked up, whatever its address would be.
    ['mirror.corp', ['0.0.0.0/0', '::/0']],
    ['11.1.2.3', ['10.0.0.0/8', '::/0', 'fd00::/8']],
    ['10.1.2.3', ['10.1.2.4/31', '10.1.2.3/x']],
    ['fe00::1', ['fd00::/8', '0.0.0.0/0']],
  ])('%s is not by %j', (host, noProxy) => {
    expect(isDirect(host, noProxy)).toBe(false);
  });

  it('reads every form of an address', () => {
    expect(isInNetwork('2001:db8::192.0.2.1', '2001:db8::c000:201/128')).toBe(true);
    expect(isInNetwork('::1', '::/127')).toBe(true);
    expect(isInNetwork('::2', '::/127')).toBe(false);
    expect(isInNetwork('1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8/128')).toBe(true);
  });

  it.each([
    ['http://mirror.corp:8080/x', 'mirror.corp'],
    ['https://Mirror.Corp', 'mirror.corp'],
    ['http://[fd00::1]:80/x', 'fd00::1'],
    ['http://a$releasever.corp/$basearch', 'a$releasever.corp'],
    ['file:///mnt/x', ''],
  ])('finds the host of %s', (url, host) => {
    expect(hostOf(url)).toBe(host);
  });
});
