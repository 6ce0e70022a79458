import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { columnNames } from '../../src/hosts/columns.ts';
import { findReservedBlock, formatIpv4, parseIpv4, parseIpv4Network } from '../../src/hosts/ipv4.ts';

describe('hosts/columns', () => {
  it('are all in the docs', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/userdata.md'), 'utf8');
    expect(columnNames.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('hosts/ipv4', () => {
  it.each(['0.0.0.0', '10.0.0.5', '192.168.255.255', '255.255.255.255'])('reads %s', (text) => {
    expect(formatIpv4(parseIpv4(text) ?? -1)).toBe(text);
  });

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.-4',
    'a.b.c.d',
    '1.2.3.4/8',
  ])('refuses %j', (text) => {
    expect(parseIpv4(text)).toBeUndefined();
  });

  it.each([
    ['10.0.0.5/24', '10.0.0.0', '10.0.0.255'],
    ['10.0.0.5/1', '0.0.0.0', '127.255.255.255'],
    ['10.0.0.5/31', '10.0.0.4', '10.0.0.5'],
    ['200.0.0.5/32', '200.0.0.5', '200.0.0.5'],
  ])('knows the ends of %s', (text, first, last) => {
    const network = parseIpv4Network(text);
    expect([formatIpv4(network?.first ?? 0), formatIpv4(network?.last ?? 0)]).toEqual([first, last]);
  });

  it.each(['10.0.0.5', '10.0.0.5/0', '10.0.0.5/33', '10.0.0.5/', '10.0.0.5/8/8', '10.0.0/8', '10.0.0.5/+8'])(
    'refuses %j',
    (text) => {
      expect(parseIpv4Network(text)).toBeUndefined();
    },
  );

  it('knows addresses no machine has', () => {
    const reserved = (text: string) => findReservedBlock(parseIpv4(text) ?? 0) !== undefined;
    expect(['0.1.2.3', '127.0.0.1', '169.254.1.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'].every(reserved)).toBe(
      true,
    );
    expect(['10.0.0.1', '100.64.0.1', '169.253.1.1', '223.255.255.254', '8.8.8.8'].some(reserved)).toBe(false);
  });
});
