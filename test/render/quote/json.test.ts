import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../src/render/quote/json.ts';
import { hostileText } from '../hostile-text.ts';

describe('render/quote/json', () => {
  it('is JSON on one line', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(jsonText({ text })).not.toContain('\n');
        expect(JSON.parse(jsonText({ text }))).toEqual({ text });
      }),
    );
  });

  it('refuses what JSON has no word for', () => expect(() => jsonText(undefined)).toThrow(/as JSON/));
});
