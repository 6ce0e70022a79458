import type { Platform } from '../catalog/builders.ts';
import { findPlatformFor, resolveFormats } from '../catalog/formats.ts';
import type { ImageFormat, ImageSpec } from '../catalog/image-spec.ts';
import { type ImageRequest, inspectImage, resolveImage } from '../catalog/resolve-image.ts';
import { formatFinding } from '../config/findings.ts';
import { loadSettings } from '../config/read-settings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { FactoryError } from '../core/errors.ts';
import { type CommandContext, type CommandInput, findText } from './command.ts';

/** The cell of the catalog that a command line means, everything decided. */
export interface ResolvedCell {
  config: ResolvedConfig;
  spec: ImageSpec;
  formats: readonly ImageFormat[];
}

/**
 * `output` of a command that writes no artifacts is a folder of its own, not the config's.
 * @throws FactoryError exit code 2, with all findings; warnings go to the log.
 */
export async function resolveCell(
  context: CommandContext,
  input: CommandInput,
  flags: CommandInput['options'] = input.options,
): Promise<ResolvedCell> {
  const { cwd, env, secrets, log } = context;
  const name = input.args[0];
  if (name === undefined) throw new FactoryError('usage', 'an image is needed');
  const { config } = await loadSettings({ cwd, env, secrets, configFile: findText(input, 'config'), flags });
  const request: ImageRequest = {
    source: findText(input, 'source'),
    platform: (findText(input, 'platform') as Platform | undefined) ?? findPlatformFor(config),
  };
  const spec = resolveImage(config, name, request);
  for (const finding of inspectImage(config, name, request).findings)
    log.warn(formatFinding({ ...finding, severity: 'error' }));
  const { formats, leftOut } = resolveFormats(config, spec);
  if (leftOut.length > 0)
    log.warn(`${leftOut.join(', ')} cannot come from builder '${spec.builder}': writing ${formats.join(', ')}`);
  return { config, spec, formats };
}
