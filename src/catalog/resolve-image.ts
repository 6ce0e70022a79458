import { defaults } from '../config/defaults.ts';
import { suggestion } from '../config/did-you-mean.ts';
import { type Finding, formatFinding, hasErrors, quote, sortFindings } from '../config/findings.ts';
import { type ImageSettings, placeOf, type ResolvedConfig } from '../config/resolve.ts';
import type { WrittenSource } from '../config/schema-source.ts';
import { FactoryError } from '../core/errors.ts';
import { factsOf, type Platform } from './builders.ts';
import { archesFor, buildersOf, chooseCell, sourceKindsOf } from './choose-cell.ts';
import { draftSpec, findOs, plainArch } from './draft-image.ts';
import { draftSource } from './draft-source.ts';
import { type Ancestry, findAncestry, type ImageValue, imageNames, layerValues } from './image-layers.ts';
import { type ImageDraft, type ImageFault, imageRules } from './image-rules.ts';
import type { BuilderKind, ImageSpec } from './image-spec.ts';

/** What one request asks for beyond config, environment and flags. */
export interface ImageRequest extends ImageSettings {
  /** `iso`, `cloud-image` or `bootstrap`: must be one the image has. */
  source?: string | undefined;
  /** Where it is built; it picks the builder that fits the source. */
  platform?: Platform | undefined;
}

/** An image as far as it could be put together, and everything that is wrong with it. */
export interface ImageInspection {
  name: string;
  /** Undefined when os, source or ancestry are missing. */
  spec: ImageSpec | undefined;
  values: ReadonlyMap<string, ImageValue>;
  ancestry: Ancestry;
  findings: readonly Finding[];
}

/** Smallest disk of an image that extends no built-in one. */
const leastDiskGiB = 4;

/**
 * The complete spec of one image.
 * @throws FactoryError `input.invalid` with all findings when the image is unknown or cannot be built as asked for.
 */
export function resolveImage(config: ResolvedConfig, name: string, request: ImageRequest = {}): ImageSpec {
  checkImageName(config, name);
  const { spec, findings } = inspectImage(config, name, request);
  if (spec !== undefined && !hasErrors(findings)) return spec;
  const errors = sortFindings(findings.filter((finding) => finding.severity === 'error'));
  throw new FactoryError('input.invalid', `image '${name}' cannot be built as asked for`, {
    details: errors.map(formatFinding),
    hint: `Run 'hnf config check' to see every value and where it comes from.`,
  });
}

/** @throws FactoryError `input.invalid` with the names that are known. */
export function checkImageName(config: ResolvedConfig, name: string): void {
  const message = findNameFault(config, name);
  if (message === undefined) return;
  throw new FactoryError('input.invalid', message, {
    hint: "Run 'hnf image list' for all of them; new ones go under images in images.config.ts.",
  });
}

export function findNameFault(config: ResolvedConfig, name: string): string | undefined {
  const known = imageNames(config);
  if (known.includes(name)) return undefined;
  return `unknown image ${quote(name)}; known: ${known.join(', ')}${suggestion(name, known)}`;
}

/** Puts an image together and judges it; never throws. */
export function inspectImage(config: ResolvedConfig, name: string, request: ImageRequest = {}): ImageInspection {
  const { source: wantedSource, platform, ...settings } = request;
  const ancestry = findAncestry(config, name);
  if (ancestry.broken !== undefined) {
    const finding = wordBroken(config, ancestry.broken);
    return { name, spec: undefined, values: new Map(), ancestry, findings: [finding] };
  }
  const { row, rowName } = ancestry;
  const values = layerValues(config, ancestry, settings);
  const written = values.get('source');
  const writtenSource = written?.value as WrittenSource | undefined;
  const os = findOs(values);
  const arch = plainArch((values.get('arch')?.value as string | undefined) ?? defaults.arch);
  const wish = { source: wantedSource, platform, arch, builder: findWantedBuilder(values, platform) };
  const choice = chooseCell(row, writtenSource, wish);
  const drafted = choice && draftSource({ config, row, rowName, written, arch, ...choice });
  if (os === undefined || choice === undefined || drafted?.source === undefined)
    return {
      name,
      spec: undefined,
      values,
      ancestry,
      findings: wordMissing(config, name, values, drafted !== undefined),
    };
  for (const [path, value] of drafted.values) values.set(path, value);
  const spec = draftSpec({ name, os, arch, source: drafted.source, row, config, ...choice }, values);
  const draft: ImageDraft = {
    spec,
    values,
    wantedSource,
    wantedPlatform: platform,
    sourceKinds: sourceKindsOf(row, writtenSource),
    arches: archesFor(row, choice.kind),
    builders: buildersOf(row, choice.kind, arch),
    leastDiskGiB: row?.sources[choice.kind]?.leastDiskGiB ?? leastDiskGiB,
    allowUnverified: drafted.allowUnverified,
    rhelVersion: config.redhat.version,
  };
  const findings = imageRules.flatMap((rule) => rule(draft)).map((fault) => placeFault(config, name, values, fault));
  return { name, spec, values, ancestry, findings };
}

/** A platform asked for beats a builder of the other one that only stands in the config. */
function findWantedBuilder(
  values: ReadonlyMap<string, ImageValue>,
  platform: Platform | undefined,
): BuilderKind | undefined {
  const present = values.get('builder');
  const builder = present?.value as BuilderKind | undefined;
  if (builder === undefined || platform === undefined || factsOf(builder).platform === platform) return builder;
  return present?.origin.kind === 'request' || present?.origin.kind === 'flag' ? builder : undefined;
}

/** A finding stands where the value came from; one about a default or a built-in value names the image. */
function placeFault(
  config: ResolvedConfig,
  name: string,
  values: ReadonlyMap<string, ImageValue>,
  { place, ...fault }: ImageFault,
): Finding {
  const present = values.get(fault.path);
  const origin = present?.origin;
  const path = present?.at.startsWith('images.') ? present.at : `images.${name}.${fault.path}`;
  if (place !== undefined) return { ...fault, path, ...place };
  if (origin === undefined || origin.kind === 'catalog' || origin.kind === 'request' || origin.kind === 'default')
    return { ...fault, path, ...config.locate(['images', name]) };
  return { ...fault, path, ...placeOf(origin) };
}

function wordBroken(config: ResolvedConfig, broken: NonNullable<Ancestry['broken']>): Finding {
  const path = `images.${broken.from}.extends`;
  const place = config.locate(['images', broken.from, 'extends']);
  if (broken.kind === 'cycle') {
    const message = `${quote(broken.to)} extends this image in turn; accepted: an image that does not lead back here`;
    return { severity: 'error', path, message, hint: 'Let one of them extend a built-in image.', ...place };
  }
  const known = imageNames(config).filter((name) => name !== broken.from);
  const message = `unknown image ${quote(broken.to)}; accepted: ${known.join(', ')}${suggestion(broken.to, known)}`;
  return { severity: 'error', path, message, ...place };
}

/** All at the image itself: a misspelt key in it is told first, and this only follows from it. */
function wordMissing(
  config: ResolvedConfig,
  name: string,
  values: ReadonlyMap<string, ImageValue>,
  hasSource: boolean,
): Finding[] {
  const place = config.locate(['images', name]);
  const path = `images.${name}`;
  const findings: Finding[] = [];
  const add = (message: string, hint: string) => findings.push({ severity: 'error', path, message, hint, ...place });
  if (values.get('os') === undefined) add('has no os; accepted: family and version', extendsHint);
  else if (findOs(values) === undefined)
    add('has no os.codename, and this version is not known', "Give the release name, such as codename: 'bookworm'.");
  if (!hasSource)
    add('has no source; accepted: an iso or a cloudImage (url, checksum), or a bootstrap source', extendsHint);
  else if (findings.length === 0) add('has a bootstrap source of its own without a suite', extendsHint);
  return findings;
}

const extendsHint = "Give it, or let the image extend a built-in one, such as extends: 'ubuntu24'.";
