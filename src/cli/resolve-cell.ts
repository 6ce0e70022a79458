import { listMissing, wordMissing } from '../catalog/build-needs.ts';
import type { Platform } from '../catalog/builders.ts';
import { mergeFindings } from '../catalog/check-config.ts';
import { findPlatformFor, listFormatFaults, resolveFormats } from '../catalog/formats.ts';
import type { ImageFormat, ImageSpec } from '../catalog/image-spec.ts';
import {
  checkImageName,
  findNameFault,
  type ImageInspection,
  type ImageRequest,
  inspectImage,
} from '../catalog/resolve-image.ts';
import { configError, formatFinding, hasErrors, sortFindings } from '../config/findings.ts';
import { readSettings, type Settings } from '../config/read-settings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { FactoryError } from '../core/errors.ts';
import { type CommandContext, type CommandInput, findText } from './command.ts';
import { readPackerVariables } from './packer-variables.ts';

/** The cell of the catalog that a command line means, everything decided. */
export interface ResolvedCell {
  config: ResolvedConfig;
  spec: ImageSpec;
  formats: readonly ImageFormat[];
}

export interface CellOptions {
  /** `output` of a command that writes no artifacts is a folder of its own, not the config's. */
  flags?: CommandInput['options'];
  /** Also asks for what a build cannot do without. */
  build?: boolean;
}

/**
 * Everything that is wrong is told at once: with the config, with the image, with the formats and, for a build, what is missing.
 * @throws FactoryError exit code 2; warnings go to the log.
 */
export async function resolveCell(
  context: CommandContext,
  input: CommandInput,
  { flags = input.options, build = false }: CellOptions = {},
): Promise<ResolvedCell> {
  const { cwd, env, secrets, log } = context;
  const name = input.args[0];
  if (name === undefined) throw new FactoryError('usage', 'an image is needed');
  const settings = await readSettings({ cwd, env, secrets, configFile: findText(input, 'config'), flags });
  const { config } = settings;
  checkName(settings, name);
  const inspection = inspectImage(config, name, cellRequest(config, input));
  const { spec } = inspection;
  const missing =
    spec === undefined || !build ? [] : listMissing(config, spec, readPackerVariables(env)).map(wordMissing);
  const faults = spec === undefined ? [] : listFormatFaults(config, spec);
  checkAll(name, settings, inspection, { faults, missing });
  if (spec === undefined) throw new FactoryError('internal', `image '${name}' has no spec and nothing wrong with it`);
  for (const finding of inspection.findings) log.warn(formatFinding({ ...finding, severity: 'error' }));
  const { formats, leftOut } = resolveFormats(config, spec);
  if (leftOut.length > 0)
    log.warn(`${leftOut.join(', ')} cannot come from builder '${spec.builder}': writing ${formats.join(', ')}`);
  return { config, spec, formats };
}

/** What the options of a command ask for beyond flags that set values of the config. */
export function cellRequest(config: ResolvedConfig, input: CommandInput): ImageRequest {
  const platform = findText(input, 'platform') as Platform | undefined;
  return { source: findText(input, 'source'), platform: platform ?? findPlatformFor(config) };
}

/** With what is wrong in the config, which may be why the name is not there. */
function checkName({ config, findings, loaded }: Settings, name: string): void {
  const fault = findNameFault(config, name);
  if (fault === undefined) return;
  if (hasErrors(findings)) throw configError(loaded.file ?? 'the settings', findings, [`${fault}.`]);
  checkImageName(config, name);
}

function checkAll(
  name: string,
  settings: Settings,
  { findings }: ImageInspection,
  { faults, missing }: { faults: readonly string[]; missing: readonly string[] },
): void {
  const errors = sortFindings(mergeFindings(settings, findings).filter(({ severity }) => severity === 'error'));
  const details = [...errors.map(formatFinding), ...faults, ...missing];
  if (details.length === 0) return;
  if (hasErrors(settings.findings))
    throw configError(settings.loaded.file ?? 'the settings', errors, [...faults, ...missing]);
  const isOnlyMissing = errors.length === 0 && faults.length === 0;
  throw new FactoryError('input.invalid', `image '${name}' cannot be built ${isOnlyMissing ? 'yet' : 'as asked for'}`, {
    details,
    hint: isOnlyMissing
      ? `Rendering works without: hnf image render ${name}.`
      : `Run 'hnf config check ${name}' with the same options to see every value and where it comes from.`,
  });
}
