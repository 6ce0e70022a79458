import { FactoryError } from '../../core/errors.ts';
import type { Command, PrintCommand } from '../command.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

/** @param commands the table this command is a row of. */
export function createCompletion(commands: () => readonly Command[]): PrintCommand {
  return {
    noun: 'completion',
    verb: '',
    summary: 'print a completion script for a shell',
    args: [{ name: '<shell>', description: shells.join(', ') }],
    json: false,
    onlyPrints: true,
    examples: ['hnf completion bash > /etc/bash_completion.d/hnf', 'hnf completion fish | source'],
    async run(context, input) {
      const shell = shells.find((name) => name === input.args[0]);
      if (shell === undefined) {
        throw new FactoryError('usage', `no completion for '${input.args[0]}'; known are ${shells.join(', ')}`);
      }
      const { renderCompletion } = await import('../render-completion.ts');
      context.print(renderCompletion(shell, commands()));
      return 0;
    },
  };
}
