import { CommanderError } from 'commander';
import { exitCodeOf } from '../core/errors.ts';
import { withInterrupt } from '../core/interrupt.ts';
import { type Command, type CommandInput, isPrintCommand, type PrintCommand } from './command.ts';
import { commands } from './commands/table.ts';
import type { CliWorld } from './context.ts';
import { packageVersion } from './package-version.ts';
import { buildProgram } from './program.ts';
import { errorJson, formatError } from './report-error.ts';

/** Runs one command line; returns the exit code. Never throws, never ends the process. */
export async function runCli(argv: readonly string[], world: CliWorld): Promise<number> {
  let exitCode = 0;
  const hooks = {
    version: packageVersion(),
    stdout: world.stdout,
    stderr: world.stderr,
    run: async (command: Command, input: CommandInput) => {
      exitCode = await runCommand(command, input, world);
    },
  };
  try {
    await buildProgram(commands, hooks, argv).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return exitCode;
}

async function runCommand(command: Command, input: CommandInput, world: CliWorld): Promise<number> {
  if (isPrintCommand(command)) return printCommand(command, input, world);
  // What a command runs with is loaded when one runs: help and usage errors do not wait for it.
  const { createContext } = await import('./context.ts');
  const json = input.options['json'] === true;
  const flags = { json, color: input.options['color'] !== false, verbose: input.options['verbose'] === true };
  return withInterrupt(async (signal) => {
    const context = createContext(world, signal, flags);
    try {
      return (await command.run(context, input)) ?? 0;
    } catch (thrown) {
      const error = wordAbort(thrown, signal);
      if (json) context.printJson(errorJson(error));
      context.progress(formatError(error));
      return signal.aborted ? 130 : exitCodeOf(error);
    }
  });
}

/** What Node throws where it was handed the signal says nothing of who fired it: the signal does. */
export function wordAbort(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted && error instanceof Error && error.name === 'AbortError' ? signal.reason : error;
}

async function printCommand(command: PrintCommand, input: CommandInput, world: CliWorld): Promise<number> {
  try {
    return (await command.run({ print: world.stdout }, input)) ?? 0;
  } catch (error) {
    world.stderr(formatError(error));
    return exitCodeOf(error);
  }
}
