import { suggestion } from '../config/did-you-mean.ts';
import { type Finding, formatFinding, hasErrors, quote, sortFindings } from '../config/findings.ts';
import { type ImageSettings, placeOf, type ResolvedConfig } from '../config/resolve.ts';
import { FactoryError } from '../core/errors.ts';
import { familyFacts } from './builtin-images.ts';
import { draftSpec, findOs, findSource, type ImageDraft } from './draft-image.ts';
import { type Ancestry, findAncestry, type ImageValue, imageNames, layerValues } from './image-layers.ts';
import { type ImageFault, imageRules } from './image-rules.ts';
import type { ImageSource, ImageSpec } from './image-spec.ts';

/** What one request asks for beyond config, environment and flags. */
export interface ImageRequest extends ImageSettings {
  /** `bootstrap` or `cloud-image`: must be what the image has. */
  source?: string | undefined;
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

/** What this release's QEMU builder can make for an image that extends no built-in one. */
const builderLimits: ImageDraft['limits'] = { arches: ['amd64'], leastDiskGiB: 4 };

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
  const known = imageNames(config);
  if (known.includes(name)) return;
  const message = `unknown image ${quote(name)}; known: ${known.join(', ')}${suggestion(name, known)}`;
  throw new FactoryError('input.invalid', message, {
    hint: "Run 'hnf image list' for all of them; new ones go under images in images.config.ts.",
  });
}

/** Puts an image together and judges it; never throws. */
export function inspectImage(config: ResolvedConfig, name: string, request: ImageRequest = {}): ImageInspection {
  const { source: wantedSource, ...settings } = request;
  const ancestry = findAncestry(config, name);
  if (ancestry.broken !== undefined) {
    const finding = wordBroken(config, ancestry.broken);
    return { name, spec: undefined, values: new Map(), ancestry, findings: [finding] };
  }
  const values = layerValues(config, ancestry, settings);
  const [os, source] = [findOs(values), findSource(values)];
  if (os === undefined || source === undefined) {
    return { name, spec: undefined, values, ancestry, findings: wordMissing(config, name, values, os, source) };
  }
  const spec = draftSpec(name, os, source, values, config.cluster.region);
  const limits = ancestry.row ?? builderLimits;
  const draft: ImageDraft = { spec, facts: familyFacts[os.family], values, limits };
  const faults = [...imageRules.map((rule) => rule(draft)), wrongSource(spec, wantedSource)];
  const findings = faults
    .filter((fault) => fault !== undefined)
    .map((fault) => placeFault(config, name, values, fault));
  return { name, spec, values, ancestry, findings };
}

function wrongSource(spec: ImageSpec, wanted: string | undefined): ImageFault | undefined {
  const has = spec.source.kind === 'cloudImage' ? 'cloud-image' : spec.source.kind;
  if (wanted === undefined || wanted === has) return undefined;
  const message = `${quote(wanted)} is no source of image '${spec.name}'; accepted: ${has}`;
  return { severity: 'error', path: 'source', message, hint: `Use --source ${has}, or leave it out.` };
}

/** A finding stands where the value came from; one about a default or a built-in value names the image. */
function placeFault(
  config: ResolvedConfig,
  name: string,
  values: ReadonlyMap<string, ImageValue>,
  fault: ImageFault,
): Finding {
  const present = values.get(fault.path);
  const origin = present?.origin;
  const path = present?.at.startsWith('images.') ? present.at : `images.${name}.${fault.path}`;
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
  os: ImageSpec['os'] | undefined,
  source: ImageSource | undefined,
): Finding[] {
  const place = config.locate(['images', name]);
  const path = `images.${name}`;
  const findings: Finding[] = [];
  const add = (message: string, hint: string) => findings.push({ severity: 'error', path, message, hint, ...place });
  if (values.get('os') === undefined) add('has no os; accepted: family and version', extendsHint);
  else if (os === undefined)
    add('has no os.codename, and this version is not known', "Give the release name, such as codename: 'bookworm'.");
  if (values.get('source') === undefined)
    add('has no source; accepted: a cloudImage (url, checksum) or a bootstrap source', extendsHint);
  else if (source === undefined) add('has a bootstrap source of its own without a suite', extendsHint);
  return findings;
}

const extendsHint = "Give it, or let the image extend a built-in one, such as extends: 'debian12-lab'.";
