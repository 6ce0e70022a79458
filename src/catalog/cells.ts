import type { ResolvedConfig } from '../config/resolve.ts';
import type { WrittenSource } from '../config/schema-source.ts';
import { credentialProviders, arches as knownArches } from '../config/values.ts';
import { builderOrder } from './builders.ts';
import { archesFor, buildersOf, sourceKindsOf } from './choose-cell.ts';
import { providersFor } from './compatibility.ts';
import { findOs, plainArch, plainProvider } from './draft-image.ts';
import { findAncestry, type ImageValues, imageNames, layerValues } from './image-layers.ts';
import type { Arch, BuilderKind, CredentialProvider, ImageSpec, SourceKind } from './image-spec.ts';
import { sourceWord } from './image-spec.ts';
import { type ImageInspection, type ImageRequest, inspectImage } from './resolve-image.ts';

/** One way to build an image. */
export interface Cell {
  image: string;
  arch: Arch;
  kind: SourceKind;
  builder: BuilderKind;
  provider: CredentialProvider;
}

/**
 * Every way each image can be built. What an image of the config says itself (`arch`, `provider`, `builder`, `source`) holds for all its
 * cells; flags, environment and the top of the config only choose between cells and do not hide any.
 */
export function listCellsOf(config: ResolvedConfig, image: string): Cell[] {
  const ancestry = findAncestry(config, image);
  const values = layerValues({ ...config, imageDefaults: {}, imageOverrides: {} }, ancestry, {});
  const written = values.get('source')?.value as WrittenSource | undefined;
  const providers = providersIn(values, ancestry.written.length > 0);
  const cells = sourceKindsOf(ancestry.row, written).flatMap((kind) =>
    archesIn(values, archesFor(ancestry.row, kind)).flatMap((arch) =>
      buildersIn(values, buildersOf(ancestry.row, kind, arch)).flatMap((builder) =>
        providers.map((provider): Cell => ({ image, arch, kind, builder, provider })),
      ),
    ),
  );
  return cells.sort((a, b) => knownArches.indexOf(a.arch) - knownArches.indexOf(b.arch));
}

function isOwn(values: ImageValues, path: string): boolean {
  return values.get(path)?.at.startsWith('images.') ?? false;
}

function archesIn(values: ImageValues, known: readonly Arch[]): readonly Arch[] {
  const own = isOwn(values, 'arch') ? plainArch(String(values.get('arch')?.value)) : undefined;
  return own === undefined ? knownArches.filter((arch) => known.includes(arch)) : [own];
}

function buildersIn(values: ImageValues, known: readonly BuilderKind[]): readonly BuilderKind[] {
  const own = isOwn(values, 'builder') ? (values.get('builder')?.value as BuilderKind) : undefined;
  return own === undefined ? builderOrder.filter((builder) => known.includes(builder)) : [own];
}

/** A family nodeadm cannot give SSM has no cell with it, unless the image asks for it: then it is one that is refused. */
function providersIn(values: ImageValues, isWritten: boolean): readonly CredentialProvider[] {
  if (isWritten && isOwn(values, 'provider')) return [plainProvider(String(values.get('provider')?.value))];
  const os = findOs(values);
  return os === undefined ? credentialProviders : providersFor(os);
}

export function requestOf({ arch, kind, builder, provider }: Cell): ImageRequest {
  return { arch, builder, provider, source: sourceWord(kind) };
}

/** All cells of all images with what is wrong with them. */
export function inspectCells(config: ResolvedConfig): { cell: Cell; inspection: ImageInspection }[] {
  return imageNames(config).flatMap((image) =>
    listCellsOf(config, image).map((cell) => ({ cell, inspection: inspectImage(config, image, requestOf(cell)) })),
  );
}

/** The specs of all cells that can be built as configured. */
export function listCells(config: ResolvedConfig): ImageSpec[] {
  return inspectCells(config).flatMap(({ inspection: { spec, findings } }) =>
    spec === undefined || findings.some((finding) => finding.severity === 'error') ? [] : [spec],
  );
}
