import { resolve } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import { GiB } from '../core/sizes.ts';
import type { BuildRequest } from '../flows/image-build/request.ts';
import { findBundlePath } from './bundle-path.ts';
import { type CommandContext, type CommandInput, findText, isSet } from './command.ts';
import { packageVersion } from './package-version.ts';
import type { ResolvedCell } from './resolve-cell.ts';

/** The request a command line means, everything decided; `resolveCell` has told what is missing. @throws FactoryError `usage` */
export function resolveBuild(
  context: CommandContext,
  input: CommandInput,
  cell: ResolvedCell,
  logins?: BuildRequest['logins'],
): BuildRequest {
  const { cwd } = context;
  if (isSet(input, 'resume') && input.options['cache'] === false) {
    throw new FactoryError('usage', '--resume and --no-cache exclude each other', { hint: 'Leave one of them out.' });
  }
  const { config, spec, formats } = cell;
  return {
    spec,
    formats: formats.filter((format) => format !== 'vsphere'),
    outputFolder: resolve(cwd, config.output.directory),
    cacheFolder: resolve(cwd, config.cache.directory),
    cacheMaxBytes: config.cache.maxGiB * GiB,
    useCache: input.options['cache'] !== false,
    accelerator: config.accelerator,
    sshPorts: parsePorts(findText(input, 'sshPorts') ?? '2222-4444'),
    bundle: findBundlePath(context, input),
    logins,
    toolVersion: packageVersion(),
  };
}

/** `2222-4444` or a single port. */
export function parsePorts(text: string): { min: number; max: number } {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const min = Number(match?.[1] ?? 0);
  const max = Number(match?.[2] ?? match?.[1] ?? 0);
  if (min >= 1024 && min <= max && max <= 65_535) return { min, max };
  throw new FactoryError('usage', `--ssh-ports '${text}' is no range; accepted is e.g. 2222-4444, from 1024 to 65535`);
}
