import type { WrittenSource } from '../config/schema-source.ts';
import { type platforms, sourceKinds, sourceWords } from '../config/values.ts';
import { buildersFor, buildersOn, factsOf, type Platform } from './builders.ts';
import { archesOf, type CatalogRow } from './catalog-row.ts';
import type { Arch, BuilderKind, SourceKind } from './image-spec.ts';

/** What is wanted, as far as anybody said so. */
export interface CellWish {
  /** `iso`, `cloud-image` or `bootstrap`. */
  source?: string | undefined;
  platform?: (typeof platforms)[number] | undefined;
  builder?: BuilderKind | undefined;
  arch: Arch;
}

/** The parts of a cell that depend on each other. */
export interface CellChoice {
  kind: SourceKind;
  builder: BuilderKind;
}

/** `cloud-image` → `cloudImage`. */
export function findSourceKind(word: string | undefined): SourceKind | undefined {
  const index = sourceWords.indexOf(word as (typeof sourceWords)[number]);
  return index >= 0 ? sourceKinds[index] : sourceKinds.find((kind) => kind === word);
}

/** Source kinds an image has: those of its row and the one its config writes out. */
export function sourceKindsOf(row: CatalogRow | undefined, written: WrittenSource | undefined): SourceKind[] {
  const inRow = sourceKinds.filter((kind) => row?.sources[kind] !== undefined);
  return written === undefined ? inRow : [written.kind];
}

/** Builders that can make an image from one kind of source. */
export function buildersOf(row: CatalogRow | undefined, kind: SourceKind, arch: Arch): BuilderKind[] {
  const inRow = row?.sources[kind]?.builders;
  return buildersFor(kind, arch).filter((builder) => inRow === undefined || inRow.includes(builder));
}

/**
 * The cell that is meant: the first that has everything asked for, the row's preferred source and QEMU before others. Where nothing fits,
 * what was asked for is kept, so that the rules can say why it cannot be.
 */
export function chooseCell(
  row: CatalogRow | undefined,
  written: WrittenSource | undefined,
  wish: CellWish,
): CellChoice | undefined {
  const kinds = byPreference(sourceKindsOf(row, written), row?.preferredSource);
  const wantedKind = findSourceKind(wish.source);
  const pairs = kinds.flatMap((kind) => buildersOf(row, kind, wish.arch).map((builder) => ({ kind, builder })));
  const fits = pairs.filter(
    ({ kind, builder }) =>
      (wantedKind === undefined || kind === wantedKind) &&
      (wish.builder === undefined || builder === wish.builder) &&
      (wish.platform === undefined || factsOf(builder).platform === wish.platform),
  );
  return fits.find(({ builder }) => builder === 'qemu') ?? fits[0] ?? keepWish(kinds, wantedKind, wish);
}

function byPreference(kinds: readonly SourceKind[], preferred: SourceKind | undefined): SourceKind[] {
  return [...kinds].sort((a, b) => Number(b === preferred) - Number(a === preferred));
}

function keepWish(
  kinds: readonly SourceKind[],
  wantedKind: SourceKind | undefined,
  wish: CellWish,
): CellChoice | undefined {
  const kind = wantedKind !== undefined && kinds.includes(wantedKind) ? wantedKind : kinds[0];
  if (kind === undefined) return undefined;
  return { kind, builder: wish.builder ?? firstOn(wish.platform, kind) };
}

function firstOn(platform: Platform | undefined, kind: SourceKind): BuilderKind {
  const builders = platform === undefined ? buildersFor(kind) : buildersOn(platform);
  return builders.find((builder) => factsOf(builder).sources.includes(kind)) ?? builders[0] ?? 'qemu';
}

/** Architectures an image of this kind of source is there for; without a row all that have a builder. */
export function archesFor(row: CatalogRow | undefined, kind: SourceKind): readonly Arch[] {
  if (row?.sources[kind] !== undefined) return archesOf(row, kind);
  return kind === 'bootstrap' ? ['amd64'] : ['amd64', 'arm64'];
}
