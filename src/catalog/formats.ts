import type { Finding } from '../config/findings.ts';
import { placeOf, type ResolvedConfig } from '../config/resolve.ts';
import { FactoryError } from '../core/errors.ts';
import { builderOrder, factsOf, type Platform } from './builders.ts';
import type { BuilderKind, ImageFormat, ImageSpec } from './image-spec.ts';

/** The platform that the formats asked for need, when nobody named a platform or a builder. */
export function findPlatformFor(config: ResolvedConfig): Platform | undefined {
  const isChosen = config.imageOverrides.builder !== undefined;
  return !isChosen && config.output.formats.includes('vsphere') ? 'vsphere' : undefined;
}

export interface FormatChoice {
  formats: readonly ImageFormat[];
  /** Formats that stand in the config or the environment for other builders, and are not written. */
  leftOut: readonly ImageFormat[];
}

/**
 * Formats to write: what was asked for, else what the builder usually gives. What the config or the environment say for another builder is
 * left out, and the builder's own format takes its place; a flag is meant for this one.
 * @throws FactoryError `input.invalid` for a format of --format the builder cannot give.
 */
export function resolveFormats(config: ResolvedConfig, spec: ImageSpec): FormatChoice {
  const { name, builder } = spec;
  const details = listFormatFaults(config, spec);
  if (details.length > 0) {
    const hint = `Use --format ${factsOf(builder).formats.join(',')} with this builder.`;
    throw new FactoryError('input.invalid', `image '${name}' cannot be built as asked for`, { details, hint });
  }
  const origin = config.origins.get('output.formats');
  const facts = factsOf(builder);
  if (origin === undefined || origin.kind === 'default') return { formats: [facts.format], leftOut: [] };
  const leftOut = config.output.formats.filter((format) => !facts.formats.includes(format));
  const left = config.output.formats.filter((format) => facts.formats.includes(format));
  return { formats: leftOut.length === 0 ? left : [...new Set([facts.format, ...left])], leftOut };
}

/** Formats of --format that the builder cannot give, in words. */
export function listFormatFaults(config: ResolvedConfig, { builder }: ImageSpec): string[] {
  if (config.origins.get('output.formats')?.kind !== 'flag') return [];
  const wrong = config.output.formats.filter((format) => !factsOf(builder).formats.includes(format));
  return wrong.map((format) => `flag --format: ${wordFormat(format, builder)}.`);
}

function wordFormat(format: ImageFormat, builder: BuilderKind): string {
  const others = builderOrder.filter((other) => factsOf(other).formats.includes(format));
  return `'${format}' does not come from builder '${builder}'; accepted: ${factsOf(builder).formats.join(', ')}, or builder ${others.join(' or ')}`;
}

/** A config that names a builder for all images and formats it cannot give contradicts itself. */
export function listFormatFindings(config: ResolvedConfig): Finding[] {
  const builder = config.imageDefaults.builder;
  const origin = config.origins.get('output.formats');
  if (builder === undefined || origin?.kind !== 'file') return [];
  return config.output.formats
    .filter((format) => !factsOf(builder).formats.includes(format))
    .map((format) => ({
      severity: 'error',
      path: 'output.formats',
      message: wordFormat(format, builder),
      hint: 'Correct builder or output.formats.',
      ...placeOf(origin),
    }));
}
