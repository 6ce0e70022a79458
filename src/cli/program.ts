import { Argument, Command as Commander, Option } from 'commander';
import type { Command, CommandInput, OptionSpec } from './command.ts';

export interface ProgramHooks {
  version: string;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  run(command: Command, input: CommandInput): Promise<void>;
}

const jsonOption: OptionSpec = { flags: '--json', description: 'print one JSON document, no progress' };

/**
 * Builds the commander program from the command table. It throws CommanderError instead of ending the process.
 * @param argv the words to be parsed: a noun that is not among them gets no verbs, which nobody would ask for.
 */
export function buildProgram(commands: readonly Command[], hooks: ProgramHooks, argv?: readonly string[]): Commander {
  const program = new Commander('hnf')
    .description('Image factory and bootstrap generator for Amazon EKS Hybrid Nodes on your own hardware')
    .version(hooks.version, '-V, --version', 'print the version')
    .option('--no-color', 'no colour, also by NO_COLOR')
    .option('--verbose', 'also say what is being done in detail')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: hooks.stdout, writeErr: hooks.stderr })
    .showSuggestionAfterError(true);
  for (const command of commands) {
    const parent = command.verb === '' ? program : findOrAddNoun(program, command.noun);
    if (command.verb === '' || (argv?.includes(command.noun) ?? true)) addCommand(parent, command, hooks);
  }
  return program;
}

function addCommand(parent: Commander, command: Command, hooks: ProgramHooks): void {
  const child = parent.command(command.verb === '' ? command.noun : command.verb).description(command.summary);
  child.exitOverride().showSuggestionAfterError(true);
  for (const argument of command.args ?? []) child.addArgument(new Argument(argument.name, argument.description));
  for (const spec of [...(command.options ?? []), ...(command.json ? [jsonOption] : [])])
    child.addOption(buildOption(spec));
  if (command.examples.length > 0)
    child.addHelpText('after', `\nExamples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`);
  child.action((...received: unknown[]) => {
    const args = received
      .slice(0, -2)
      .flat()
      .filter((value): value is string => typeof value === 'string');
    return hooks.run(command, { args, options: child.optsWithGlobals() });
  });
}

function findOrAddNoun(program: Commander, noun: string): Commander {
  const known = program.commands.find((candidate) => candidate.name() === noun);
  if (known !== undefined) return known;
  return program
    .command(noun)
    .description(nounSummaries[noun] ?? noun)
    .exitOverride()
    .helpCommand(false);
}

const nounSummaries: Readonly<Record<string, string>> = {
  image: 'build, boot and inspect images',
  nodeconfig: 'what nodeadm joins a node with: render and check',
  userdata: 'what every machine boots with: user data, metadata, seeds',
  config: 'the catalog: check, schema, starter file',
  tools: 'the programs hnf calls: wanted, found, from where',
  mirror: 'the artifact mirror nodeadm installs from, also for air-gapped sites',
  bundle: 'everything a site without internet needs, in one checked file',
  cache: 'the layers kept between builds',
};

function buildOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  if (spec.repeat === true) option.argParser((value: string, previous: string[] = []) => [...previous, value]);
  return option;
}
