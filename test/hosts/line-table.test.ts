import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineTable } from '../../src/hosts/line-table.ts';

describe('hosts/line-table', () => {
  it('remembers as a Map does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 3 })), { maxLength: 400 }), (keys) => {
        const table = new LineTable();
        const map = new Map<string, number>();
        for (const [at, [a, b]] of keys.entries()) {
          const known = map.get(`${a}/${b}`);
          expect(table.remember(a, b, 0, at + 1)).toBe(known);
          if (known === undefined) map.set(`${a}/${b}`, at + 1);
        }
      }),
    );
  });

  it('tells a million names apart', () => {
    const table = new LineTable();
    let repeated = 0;
    for (let at = 1; at <= 1_000_000; at += 1) if (table.rememberText(`node-${at}`, at) !== undefined) repeated += 1;
    expect(repeated).toBe(0);
    expect(table.rememberText('node-77', 2_000_000)).toBe(77);
  });
});
