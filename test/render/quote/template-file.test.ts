import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { preseedValue, seedYamlString, templateFileText } from '../../../src/render/quote/template-file.ts';
import { hostileText } from '../hostile-text.ts';
import { fillSeed } from '../read-seed.ts';

describe('render/quote/template-file', () => {
  it.each([
    ['a${b}', 'a$${b}'],
    ['%{if}', '%%{if}'],
    ['{{x}}', '{{"{{"}}x}}'],
    ['${{', '$${{"{{"}}'],
    ['$${', '${"$$"}{'],
    ['\\n "', '\\n "'],
  ])('%s is written %s', (text, written) => {
    expect(templateFileText(text)).toBe(written);
  });

  it('leaves no brace in a YAML string, and the string is read back', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const written = seedYamlString(text);
        expect(written).not.toContain('{');
        expect(load(`x: ${written}\n`)).toEqual({ x: text });
      }),
      { numRuns: 300 },
    );
  });

  it('is filled in to what it was', () => {
    fc.assert(
      // The stand-in for HCL knows pairs of signs, not any number of them.
      fc.property(
        hostileText.filter((text) => !/[$%]{3,}\{|\$%\{|%\$\{/.test(text)),
        (text) => {
          expect(fillSeed(templateFileText(text))).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses in a preseed file what does not end with its line', () => {
    expect(preseedValue('a "b" ${c}')).toBe('a "b" $${c}');
    expect(() => preseedValue('a\nb')).toThrow(/line break/);
    expect(() => preseedValue('a\\')).toThrow(/backslash/);
  });
});
