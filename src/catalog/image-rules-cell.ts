import { quote } from '../config/findings.ts';
import { isVcenterPath } from '../config/vcenter-path.ts';
import { builderFacts, buildersFor, factsOf } from './builders.ts';
import { findSourceKind } from './choose-cell.ts';
import { isBuiltInPlace } from './draft-image.ts';
import { either, fault, warning } from './image-fault.ts';
import type { ImageDraft, ImageFault, ImageRule } from './image-rules.ts';
import { sourceWord } from './image-spec.ts';

/** Whether image, architecture, source and builder go together. */
export const cellRules: readonly ImageRule[] = [
  imageHasSource,
  sourceHasArch,
  builderTakesSource,
  builderIsOnPlatform,
  builderHasArch,
  arm64HasUefi,
  vsphereHasOneFirmware,
  bootstrapMatchesOs,
  fileHasChecksum,
  unverifiedIsWanted,
  checksumIsLookedAt,
  qemuReachesIso,
];

function imageHasSource({ spec, wantedSource, sourceKinds }: ImageDraft): ImageFault[] {
  const kind = findSourceKind(wantedSource);
  if (wantedSource === undefined || (kind !== undefined && sourceKinds.includes(kind))) return [];
  const accepted = sourceKinds.map(sourceWord);
  const message = `${quote(wantedSource)} is no source of image '${spec.name}'; accepted: ${accepted.join(', ')}`;
  const place = { source: 'flag --source' };
  return fault('source', message, `Use --source ${either(accepted)}, or leave it out.`).map((f) => ({ ...f, place }));
}

function sourceHasArch({ spec, arches }: ImageDraft): ImageFault[] {
  if (arches.includes(spec.arch)) return [];
  const message = `${quote(spec.arch)} cannot be built from this image's ${sourceWord(spec.source.kind)}; accepted: ${arches.join(', ')}`;
  return fault('arch', message, `Use ${either(arches)}.`);
}

function builderTakesSource({ spec, builders }: ImageDraft): ImageFault[] {
  const { builder, source, arch } = spec;
  // The processor is told by the rules about it.
  const forAnyArch = buildersFor(source.kind);
  if (builders.includes(builder) || (forAnyArch.includes(builder) && !factsOf(builder).arches.includes(arch)))
    return [];
  const takes = builderFacts[builder].sources.map(sourceWord);
  const accepted = builders.length === 0 ? forAnyArch : builders;
  const message = `${quote(builder)} starts from ${either(takes)}, and this image is made from ${sourceWord(source.kind)}; accepted: ${accepted.join(', ')}`;
  return fault('builder', message, `Use --builder ${either(accepted)}, or another --source where the image has one.`);
}

function builderIsOnPlatform({ spec, wantedPlatform }: ImageDraft): ImageFault[] {
  const { platform } = factsOf(spec.builder);
  if (wantedPlatform === undefined || platform === wantedPlatform) return [];
  const message = `${quote(spec.builder)} builds on ${platform}, not on ${quote(wantedPlatform)}; accepted: --platform ${platform}`;
  return fault('builder', message, `Use --platform ${platform}, or another --builder.`);
}

function builderHasArch({ spec }: ImageDraft): ImageFault[] {
  const { arches } = factsOf(spec.builder);
  if (arches.includes(spec.arch)) return [];
  const message = `${quote(spec.arch)} cannot be built by ${spec.builder}: vSphere on x86 hosts runs no arm64 machines; accepted: ${arches.join(', ')}`;
  return fault('arch', message, `Use --builder qemu for ${spec.arch}, or --arch ${either(arches)}.`);
}

function arm64HasUefi({ spec }: ImageDraft): ImageFault[] {
  if (spec.arch !== 'arm64' || !factsOf(spec.builder).arches.includes('arm64')) return [];
  const hint = "Leave it out, or use 'uefi'.";
  return (['build', 'hardware'] as const).flatMap((group) =>
    spec[group].firmware === 'uefi'
      ? []
      : fault(`${group}.firmware`, `${quote(spec[group].firmware)} does not exist on arm64; accepted: uefi`, hint),
  );
}

function vsphereHasOneFirmware({ spec, values }: ImageDraft): ImageFault[] {
  const written = values.get('build.firmware');
  const { firmware } = spec.hardware;
  if (!isBuiltInPlace(spec.builder) || written?.value === firmware) return [];
  const message = `${quote(written?.value)} cannot be: ${spec.builder} builds on the very machine that becomes the template, whose hardware.firmware is '${firmware}'; accepted: ${firmware}`;
  return fault('build.firmware', message, 'Leave it out, and set hardware.firmware.');
}

function bootstrapMatchesOs({ spec }: ImageDraft): ImageFault[] {
  const { source, os } = spec;
  if (source.kind !== 'bootstrap' || (os.family === 'debian' && source.suite === os.codename)) return [];
  const message = `suite ${quote(source.suite)} is not ${os.family} ${os.version} (${os.codename}); accepted: the suite of the image's os`;
  return fault('source', message, 'Give os and source.suite of the same Debian release.');
}

/** What stands in `iso` or `cloudImage` of the config is judged by the config's own rules. */
function isJudgedBefore({ values }: ImageDraft, path: string): boolean {
  return /^(iso|cloudImage)\./.test(values.get(path)?.at ?? '');
}

function fileHasChecksum(draft: ImageDraft): ImageFault[] {
  const { spec } = draft;
  const { source } = spec;
  if (isJudgedBefore(draft, 'source.url')) return [];
  if (source.kind === 'bootstrap' || source.url === null || source.checksum !== null) return [];
  // What a template was made of is not downloaded; what lies on a vCenter neither, and no vCenter tells sums.
  if (spec.builder === 'vsphere-clone' || isVcenterPath(source.url)) return [];
  const message = `${quote(source.url)} comes without a checksum; accepted: a file whose SHA-256 is known`;
  return fault('source.url', message, "Give a checksum, 'sha256:' and 64 hexadecimal digits.");
}

function unverifiedIsWanted(draft: ImageDraft): ImageFault[] {
  const { spec, allowUnverified } = draft;
  const { source } = spec;
  if (isJudgedBefore(draft, 'source.checksum')) return [];
  if (source.kind === 'bootstrap' || source.checksum !== 'none' || allowUnverified) return [];
  if (source.url !== null && isVcenterPath(source.url)) return [];
  const message = "'none' leaves what was downloaded unchecked; accepted: 'sha256:' and 64 hexadecimal digits";
  return fault('source.checksum', message, 'Give the checksum; allowUnverified: true or --allow-unverified insists.');
}

/** Better than letting a person believe in it. */
function checksumIsLookedAt({ spec }: ImageDraft): ImageFault[] {
  const { source, builder } = spec;
  if (builder !== 'vsphere-iso' || source.kind !== 'iso' || source.url === null || !isVcenterPath(source.url))
    return [];
  if (source.checksum === null || source.checksum === 'none') return [];
  const message = `is not looked at: ${quote(source.url)} lies on the vCenter, which cannot tell the sum of a file`;
  return warning('source.checksum', message, 'Check the ISO before you upload it, and leave the checksum out.');
}

function qemuReachesIso({ spec }: ImageDraft): ImageFault[] {
  const { source, builder } = spec;
  if (builder !== 'qemu' || source.kind !== 'iso' || source.url === null || !isVcenterPath(source.url)) return [];
  const message = `${quote(source.url)} is a place in a vCenter, and QEMU builds on this machine; accepted: an address or an absolute path`;
  return fault('source.url', message, 'Give a file QEMU can read, or use --builder vsphere-iso.');
}
