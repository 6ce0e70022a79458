import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlString } from '../../../src/core/quote/yaml.ts';
import { hostileText } from '../../render/hostile-text.ts';

describe('core/quote/yaml', () => {
  it('is read alike by yaml (1.1 and 1.2) and js-yaml', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const document = `a:\n  - b: ${yamlString(text)}\n`;
        expect(parse(document)).toEqual({ a: [{ b: text }] });
        expect(parse(document, { version: '1.1' })).toEqual({ a: [{ b: text }] });
        expect(load(document)).toEqual({ a: [{ b: text }] });
      }),
      { numRuns: 500 },
    );
  });

  it.each(['yes', 'on', 'null', '~', '012', '1:30', '2026-01-01', '=', '<<', ''])('keeps %j a string', (text) => {
    expect(parse(`a: ${yamlString(text)}`, { version: '1.1' })).toEqual({ a: text });
  });

  it('writes no surrogate pair, which PyYAML would read as two characters', () => {
    expect(yamlString('😀')).toBe('"\\U0001f600"');
  });

  it('refuses NUL', () => expect(() => yamlString('a\0b')).toThrow(/NUL/));
});
