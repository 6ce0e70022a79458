import { resolve } from 'node:path';
import { type CommandContext, type CommandInput, findText, type OptionSpec } from './command.ts';

export const fromBundleOption: OptionSpec = {
  flags: '--from-bundle <path>',
  description: 'take what a bundle holds from it instead of the network; a file or a folder (default: HNF_BUNDLE)',
};

/** The bundle that was asked for, by flag or environment. */
export function findBundlePath(
  { cwd, env }: Pick<CommandContext, 'cwd' | 'env'>,
  input: Pick<CommandInput, 'args' | 'options'>,
): string | undefined {
  const path = findText(input, 'fromBundle') ?? env['HNF_BUNDLE'];
  return path === undefined || path === '' ? undefined : resolve(cwd, path);
}
