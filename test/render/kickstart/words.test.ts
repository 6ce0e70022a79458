import { describe, expect, it } from 'vitest';
import { splitWords } from '../../../src/render/kickstart/words.ts';

// As Python's shlex.split(line, comments=True) says; test/integration/render/kickstart.test.ts asks it about random lines.
describe('render/kickstart/words', () => {
  it.each([
    ['', []],
    ['  a \t b ', ['a', 'b']],
    ['a # b', ['a']],
    ['a#b', ['a']],
    [`'a # b' c`, ['a # b', 'c']],
    [`x='a b'"c"d`, ['x=a bcd']],
    [`''`, ['']],
    [String.raw`"a\"b\\c\d"`, [String.raw`a"b\c\d`]],
    [String.raw`a\ b \#`, ['a b', '#']],
    [String.raw`'a\b'`, [String.raw`a\b`]],
  ])('splits %j', (line, words) => expect(splitWords(line)).toEqual({ words }));

  it.each([`'a`, `"a`, 'a\\', `"a\\`])('cannot split %j', (line) => {
    expect(splitWords(line).fault).toMatch(/not closed|escapes nothing/);
  });
});
