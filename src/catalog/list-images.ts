import type { ResolvedConfig } from '../config/resolve.ts';
import { arches, imageFormats } from '../config/values.ts';
import { familyFacts } from './builtin-images.ts';
import { imageNames } from './image-layers.ts';
import type { Arch, BuilderKind, ImageFormat } from './image-spec.ts';
import { inspectImage } from './resolve-image.ts';

/** One cell of the catalog. */
export interface ImageListing {
  image: string;
  os: string;
  osVersion: string;
  arch: Arch;
  platform: BuilderKind;
  source: string;
  formats: readonly ImageFormat[];
  /** `validated`: on AWS's list; `works`: not on it, but this release builds it; `refused`: it cannot be built as configured. */
  status: 'validated' | 'works' | 'refused';
  reason: string;
  kubernetes: string;
  provider: string;
}

/** Every image of the catalog and the config, with whether it can be built as configured. */
export function listImages(config: ResolvedConfig): ImageListing[] {
  return imageNames(config).flatMap((name) => {
    const { ancestry } = inspectImage(config, name);
    return archesOf(ancestry.row?.arches, config, name).map((arch) => listOne(config, name, arch));
  });
}

/** A built-in row's architectures; of a user's image the one it says. */
function archesOf(known: readonly Arch[] | undefined, config: ResolvedConfig, name: string): readonly Arch[] {
  const asked = inspectImage(config, name).spec?.arch ?? 'amd64';
  return [...new Set([...(known ?? []), asked])].sort((a, b) => arches.indexOf(a) - arches.indexOf(b));
}

function listOne(config: ResolvedConfig, name: string, arch: Arch): ImageListing {
  const { spec, ancestry, findings } = inspectImage(config, name, { arch });
  const errors = findings.filter((finding) => finding.severity === 'error');
  const { status, reason } = ancestry.row?.support ?? {
    status: 'works' as const,
    reason: 'an image of your config; not one that is built and booted by the tests of hnf',
  };
  const source = spec?.source.kind === 'cloudImage' ? 'cloud-image' : (spec?.source.kind ?? '');
  return {
    image: name,
    os: spec === undefined ? '' : familyFacts[spec.os.family].title,
    osVersion: spec?.os.version ?? '',
    arch,
    platform: 'qemu',
    source,
    formats: errors.length > 0 ? [] : imageFormats,
    status: errors.length > 0 ? 'refused' : status,
    reason: errors.length > 0 ? errors.map((finding) => finding.message).join('; ') : reason,
    kubernetes: spec?.kubernetes ?? '',
    provider: spec?.provider ?? '',
  };
}
