import type { Clock } from '../core/clock.ts';
import type { Exec } from '../core/exec.ts';
import type { Log } from '../core/log.ts';
import type { SecretRegistry } from '../core/secrets.ts';

/** A positional argument, in commander's notation: `<name>` required, `[name]` optional, `[name...]` many. */
export interface ArgumentSpec {
  name: string;
  description: string;
}

/** One option; the same record gives the parser, the help text, the README's table and the completions. */
export interface OptionSpec {
  /** Commander's notation, e.g. `-o, --output <dir>` or `--dry-run`. */
  flags: string;
  description: string;
  choices?: readonly string[];
  /** The option may be given several times and arrives as string[]. */
  repeat?: boolean;
}

/** What a command gets: parsed, not yet judged. Keys are the camel-cased long flags. */
export interface CommandInput {
  args: readonly string[];
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

export interface CommandContext {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  exec: Exec;
  log: Log;
  clock: Clock;
  secrets: SecretRegistry;
  signal: AbortSignal;
  /** The result, on stdout. Text ends with a newline; JSON is one document. */
  print(text: string): void;
  printJson(value: unknown): void;
  /** The same for a result that is a secret or holds one because it was asked for; everything else goes through `print`. */
  printUnmasked(text: string): void;
  /** Standard input, read once. */
  stdin(): AsyncIterable<Uint8Array>;
  /** Progress, on stderr. */
  progress(text: string): void;
  /** stderr is a terminal, neither CI nor --json: progress may redraw. */
  interactive: boolean;
  color: boolean;
}

/**
 * A command is a value: noun, verb, options, and a handler of about twenty lines that parses, calls one function and prints.
 * Command files import only types and light modules statically; the work is imported inside `run`, which keeps `hnf --help` fast.
 */
export interface Command {
  noun: string;
  /** Empty for a command that is a noun alone, like `hnf completion bash`. */
  verb: string;
  summary: string;
  args?: readonly ArgumentSpec[];
  options?: readonly OptionSpec[];
  /** Takes `--json`. */
  json: boolean;
  /** Shown in help and README, ready to paste. */
  examples: readonly string[];
  /** Returns the exit code; nothing means 0. */
  run(context: CommandContext, input: CommandInput): Promise<number | undefined>;
}

/** A command that only prints: the rest of the context, with all it loads, is not made for it. */
export interface PrintCommand extends Command {
  onlyPrints: true;
  run(context: Pick<CommandContext, 'print'>, input: CommandInput): Promise<number | undefined>;
}

export function isPrintCommand(command: Command): command is PrintCommand {
  return 'onlyPrints' in command;
}

export const configOption: OptionSpec = {
  flags: '--config <file>',
  description: 'the catalog (default: the nearest images.config.ts, .yaml or .json upwards)',
};

export const dryRunOption: OptionSpec = { flags: '--dry-run', description: 'print the plan, change nothing' };

/** The text of an option that takes a value. */
export function findText(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === 'string' ? value : undefined;
}

export function isSet(input: CommandInput, name: string): boolean {
  return input.options[name] === true;
}

export function listOf(input: CommandInput, name: string): readonly string[] {
  const value = input.options[name];
  return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
}
