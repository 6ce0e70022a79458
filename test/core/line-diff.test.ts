import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../src/core/line-diff.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''));

describe('core/line-diff', () => {
  it('is empty exactly for equal texts, and its lines are the change', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = lineDiff(before, after)
          .split('\n')
          .filter(Boolean)
          .map((line) => line.slice(2));
        const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
        const size = (value: string) => value.split('\n').length - 1;
        expect(count('+') - count('-')).toBe(size(after) - size(before));
        expect(lines.length === 0).toBe(before === after);
      }),
    );
  });
});
