import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { runHnf } from '../helpers/run-cli.ts';

async function complete(words: readonly string[]): Promise<string[]> {
  const { stdout: script } = await runHnf(['completion', 'bash']);
  const line = words.map((word) => `'${word}'`).join(' ');
  const probe = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _hnf; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execa('bash', ['--norc', '-c', probe]);
  return stdout.split('\n');
}

describe('cli/render-completion', () => {
  it('completes nouns, verbs and flags in bash', async () => {
    expect(await complete(['hnf', 'im'])).toEqual(['image']);
    expect(await complete(['hnf', 'image', 'bui'])).toEqual(['build']);
    expect(await complete(['hnf', 'image', 'build', '--form'])).toEqual(['--format']);
  });

  it('knows zsh and fish and refuses others', async () => {
    expect((await runHnf(['completion', 'zsh'])).stdout).toMatch(/^#compdef hnf/);
    expect((await runHnf(['completion', 'fish'])).stdout).toContain("-a build -d '");
    expect(await runHnf(['completion', 'tcsh'])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
