import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/table.ts';
import { runHnf } from '../helpers/run-cli.ts';

describe('cli/program', () => {
  it('shows every noun in the help', async () => {
    const { exitCode, stdout, stderr } = await runHnf(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const noun of new Set(commands.map((command) => command.noun))) expect(stdout).toContain(`\n  ${noun}`);
  });

  it.each(commands.map((command) => [`${command.noun} ${command.verb}`.trim(), command] as const))(
    'shows summary, options and examples of hnf %s',
    async (name, command) => {
      const { exitCode, stdout } = await runHnf([...name.split(' '), '--help']);
      expect(exitCode).toBe(0);
      expect(stdout.replace(/\s+/g, ' ')).toContain(command.summary.replace(/\s+/g, ' '));
      for (const option of command.options ?? []) expect(stdout).toContain(/--[\w-]+/.exec(option.flags)?.[0]);
      for (const example of command.examples) expect(stdout).toContain(example);
    },
  );

  it.each([['nonsense'], ['image', 'nonsense'], ['image', 'build', '--nonsense'], ['image', 'build']])(
    'ends with 2 for hnf %s %s',
    async (...argv) => {
      const { exitCode, stdout, stderr } = await runHnf(argv);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^error: /m);
    },
  );

  it('suggests what may have been meant', async () => {
    expect((await runHnf(['image', 'biuld', 'x'])).stderr).toContain('build');
  });

  it('prints its version', async () => {
    expect((await runHnf(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
