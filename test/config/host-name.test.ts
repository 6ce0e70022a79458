import { describe, expect, it } from 'vitest';
import { findUrlFault, isHost, isHostName, isIpv4, isIpv6, isNetwork } from '../../src/config/host-name.ts';

describe('config/host-name', () => {
  it.each(['a', 'localhost', 'a-b.example.org', 'xn--bcher-kva.example', `${'a'.repeat(63)}.org`, '1a.b2'])(
    'knows %s',
    (name) => {
      expect(isHostName(name)).toBe(true);
    },
  );

  it.each([
    '',
    '-a',
    'a-',
    'a..b',
    '.a',
    'a.',
    'a_b',
    'bücher',
    `${'a'.repeat(64)}.org`,
    '1.2.3.4',
    'a b',
    '$(id)',
    `${'a.'.repeat(127)}b`,
  ])('refuses %j', (name) => {
    expect(isHostName(name)).toBe(false);
  });

  it('tells addresses from numbers that look like some', () => {
    expect(['10.0.0.1', '255.255.255.255'].every(isIpv4)).toBe(true);
    expect(['10.0.0', '10.0.0.256', '010.0.0.1', '1.2.3.4.5'].some(isIpv4)).toBe(false);
    expect(['::1', 'fd00::1', '2001:db8::192.0.2.1'].every(isIpv6)).toBe(true);
    expect([':::', '1:2', 'fd00::g', 'a:b'].some(isIpv6)).toBe(false);
    expect(isHost('fd00::1')).toBe(true);
  });

  it('tells networks', () => {
    expect(['10.0.0.0/8', 'fd00::/48', '0.0.0.0/0'].every(isNetwork)).toBe(true);
    expect(['10.0.0.0', '10.0.0.0/33', 'a/8', 'fd00::/129'].some(isNetwork)).toBe(false);
  });

  it('says what is wrong with an address', () => {
    expect(findUrlFault('http://proxy.example.org:3128')).toBeUndefined();
    expect(findUrlFault('http://[fd00::1]:3128')).toBeUndefined();
    expect(findUrlFault('http://')).toContain('no address');
    expect(findUrlFault('http://a_b/')).toContain('no host name');
    expect(findUrlFault('http://proxy:0')).toContain('port 0');
  });
});
