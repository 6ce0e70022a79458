import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hclName, hclPluginString, hclString, hclStringList, integer } from '../../../src/render/quote/hcl.ts';
import { hostileText } from '../hostile-text.ts';
import { literalOf, readHcl } from '../read-hcl.ts';

async function roundTrip(quoted: string): Promise<string> {
  const read = (await readHcl(`x = ${quoted}\n`)) as { x: string };
  return literalOf(read.x);
}

describe('render/quote/hcl', () => {
  it('survives the real HCL parser', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        expect(await roundTrip(hclString(text))).toBe(text.normalize('NFC'));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['plain', '"plain"'],
    ['${var.x}', '"$${var.x}"'],
    ['%{if x}', '"%%{if x}"'],
    ['$${x}', '"\\u0024\\u0024{x}"'],
    ['a"b\\c\n', '"a\\"b\\\\c\\n"'],
  ])('writes %j as %s', (text, quoted) => expect(hclString(text)).toBe(quoted));

  it('writes a Go template into a plugin string', () => {
    expect(hclPluginString('{{ env `HOME` }} ${x}')).toBe('"{{\\"{{\\"}} env `HOME` }} $${x}"');
  });

  it('writes lists', async () => {
    expect(hclStringList(['a', '${b}'])).toBe('["a", "$${b}"]');
    expect(await readHcl(`x = ${hclStringList(['a', 'b'])}\n`)).toEqual({ x: ['a', 'b'] });
    expect(() => hclStringList('a')).toThrow(/list of strings/);
  });

  it.each(['a\0b', '\ud800'])('refuses %j', (text) => expect(() => hclString(text)).toThrow(/NUL|surrogate/));

  it('refuses a name that is more than a name', () => {
    expect(hclName('debian12-lab')).toBe('"debian12-lab"');
    for (const name of ['', 'A', 'a b', 'a"', '../a', '-a', 'a*']) expect(() => hclName(name)).toThrow(/not usable/);
  });

  it('prints whole numbers only', () => {
    expect(integer(4)).toBe('4');
    for (const value of [1.5, Number.NaN, '4', null]) expect(() => integer(value)).toThrow(/whole number/);
  });
});
