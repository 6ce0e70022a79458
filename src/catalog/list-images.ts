import type { ResolvedConfig } from '../config/resolve.ts';
import { factsOf, type Platform } from './builders.ts';
import { type Cell, listCellsOf, requestOf } from './cells.ts';
import { type Support, supportOf } from './compatibility.ts';
import { familyFacts } from './families.ts';
import { imageNames } from './image-layers.ts';
import type { Arch, BuilderKind, CredentialProvider, ImageFormat } from './image-spec.ts';
import { sourceWord } from './image-spec.ts';
import { pinnedKubernetes, supportedMinors } from './kubernetes-versions.ts';
import { type ImageInspection, inspectImage } from './resolve-image.ts';

/** One cell of the catalog, `hnf image list --json`. */
export interface ImageListing {
  /** `<image>/<arch>/<source>/<builder>/<provider>`. */
  id: string;
  image: string;
  os: string;
  osVersion: string;
  arch: Arch;
  platform: Platform;
  builder: BuilderKind;
  source: string;
  provider: CredentialProvider;
  formats: readonly ImageFormat[];
  /** `validated`: on AWS's list; `works`: not (or no longer) on it, but it can be built; `refused`: it cannot be built as configured. */
  status: 'validated' | 'works' | 'refused';
  reason: string;
  /** The reason in its parts, which many cells share. */
  notes: readonly string[];
  kubernetes: string;
  /** Minor versions whose patches can be asked for. */
  kubernetesVersions: readonly string[];
  /** What a minor version alone can mean. */
  knownPatches: readonly string[];
  /** For trying and for tests. */
  lab: boolean;
}

/** Every cell of the catalog and the config, with whether it can be built as configured. */
export function listImages(config: ResolvedConfig): ImageListing[] {
  return imageNames(config).flatMap((image) => {
    const cells = listCellsOf(config, image);
    return cells.length === 0 ? listBroken(config, image) : cells.map((cell) => listCell(config, cell));
  });
}

function listCell(config: ResolvedConfig, cell: Cell): ImageListing {
  const inspection = inspectImage(config, cell.image, requestOf(cell));
  return listOne(inspection, cell);
}

/** An image that leads nowhere: `extends` an unknown one, or has neither os nor source. */
function listBroken(config: ResolvedConfig, image: string): ImageListing[] {
  const inspection = inspectImage(config, image);
  return [listOne(inspection, { image, arch: 'amd64', kind: 'cloudImage', builder: 'qemu', provider: 'iam-ra' })];
}

function listOne({ spec, findings, ancestry }: ImageInspection, cell: Cell): ImageListing {
  const { image, arch, builder, provider } = cell;
  const source = sourceWord(cell.kind);
  const errors = findings.filter((finding) => finding.severity === 'error').map((finding) => finding.message);
  const { platform, formats } = factsOf(builder);
  const support = spec === undefined || errors.length > 0 ? refused(errors) : supportOf(spec);
  return {
    id: [image, arch, source, builder, provider].join('/'),
    image,
    os: spec === undefined ? '' : familyFacts[spec.os.family].title,
    osVersion: spec?.os.version ?? '',
    arch,
    platform,
    builder,
    source,
    provider,
    formats: support.status === 'refused' ? [] : formats,
    ...support,
    kubernetes: spec?.kubernetes ?? '',
    kubernetesVersions: supportedMinors,
    knownPatches: pinnedKubernetes,
    lab: ancestry.row?.lab ?? false,
  };
}

function refused(errors: readonly string[]): Support {
  return { status: 'refused', reason: errors.join('; '), notes: errors };
}
