import { describe, expect, it } from 'vitest';
import { createExec } from '../../src/core/exec.ts';
import { shellCommand, shellWord } from '../../src/core/shell-word.ts';

const words = ['', ' ', "it's", '$(id)', '`id`', 'a\nb', '-n', '"', '\\', '*', '~', 'a b', '!x', '#', 'ä€', '\x01'];

describe('core/shell-word', () => {
  it.each([
    ['every word in quotes', (all: readonly string[]) => all.map(shellWord).join(' ')],
    ['quotes where needed', shellCommand],
  ])('is read back by a real shell: %s', async (_, render) => {
    const script = `printf '%s\\0' ${render(words)}`;
    const { stdout } = await createExec().run('sh', ['-c', script], { timeoutMs: 10_000 });
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  it('leaves plain words as they are', () => {
    expect(shellCommand(['qemu-img', 'info', '--output=json', '/a/b.raw', 'a b'])).toBe(
      "qemu-img info --output=json /a/b.raw 'a b'",
    );
  });
});
