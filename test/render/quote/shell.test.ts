import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../../src/render/quote/shell.ts';
import { hostileText } from '../hostile-text.ts';

const shell = '/bin/sh';

describe('render/quote/shell', () => {
  it.skipIf(!existsSync(shell))('survives a real shell', () => {
    const texts = fc.sample(hostileText, 400);
    const script = `printf '%s\\0' ${texts.map(shellWord).join(' ')}\n`;
    const printed = execFileSync(shell, ['-s'], { input: script, encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(printed).toEqual(texts);
  });

  it('quotes quotes', () => expect(shellWord("it's $(id)")).toBe("'it'\\''s $(id)'"));

  it('refuses NUL', () => expect(() => shellWord('a\0b')).toThrow(/NUL/));
});
