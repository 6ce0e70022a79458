import type { ImageSettings, Origin, ResolvedConfig } from '../config/resolve.ts';
import type { WrittenImage } from '../config/schema-image.ts';
import type { WrittenSource } from '../config/schema-source.ts';
import { flatten } from '../config/tree.ts';
import { builtinImages } from './builtin-images.ts';
import type { CatalogRow } from './catalog-row.ts';

export type ImageOrigin = Origin | { kind: 'catalog'; name: string } | { kind: 'request' };

/** One value of an image, with where it came from and the path a person would change it at. */
export interface ImageValue {
  value: unknown;
  origin: ImageOrigin;
  /** Where it stands: `images.web.disk.sizeGiB`, or `kubernetes` for one from the top of the config. */
  at: string;
}

/** By path inside an image, e.g. `disk.sizeGiB`; `os` is one value, `source` what the config says of it, if anything. */
export type ImageValues = ReadonlyMap<string, ImageValue>;

/** The images an image is made of, itself first, down to the built-in row if there is one. */
export interface Ancestry {
  written: readonly { name: string; image: WrittenImage }[];
  row: CatalogRow | undefined;
  rowName: string | undefined;
  /** A name that is not there, or one that was met before: `extends` leads nowhere. */
  broken: { kind: 'unknown' | 'cycle'; from: string; to: string } | undefined;
}

const rows: Readonly<Record<string, CatalogRow>> = builtinImages;

export function findRow(name: string): CatalogRow | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined;
}

export function imageNames(config: ResolvedConfig): string[] {
  return [...new Set([...Object.keys(rows), ...Object.keys(config.images)])];
}

/** Follows `extends`; a name that is both built in and in the config is the config's change to the built-in one. */
export function findAncestry(config: ResolvedConfig, name: string): Ancestry {
  const written: { name: string; image: WrittenImage }[] = [];
  let next: string | undefined = name;
  let from = name;
  while (next !== undefined) {
    const current: string = next;
    const image: WrittenImage | undefined = Object.hasOwn(config.images, current) ? config.images[current] : undefined;
    if (image === undefined || written.some((met) => met.name === current)) return end(written, from, current);
    written.push({ name: current, image });
    from = current;
    next = image.extends ?? (findRow(current) === undefined ? undefined : current);
  }
  return { written, row: undefined, rowName: undefined, broken: undefined };
}

/** `current` is not (or no longer) among the config's images: a built-in one, or a name that leads nowhere. */
function end(written: Ancestry['written'], from: string, current: string): Ancestry {
  const row = findRow(current);
  // An image of a built-in name may end at that built-in one, directly or after a round through others of the config.
  const isRound = written.some((met) => met.name === current) && from !== current;
  if (row !== undefined && !isRound) return { written, row, rowName: current, broken: undefined };
  const kind = written.some((met) => met.name === current) ? 'cycle' : 'unknown';
  return { written, row: undefined, rowName: undefined, broken: { kind, from, to: current } };
}

/** All values of an image: request > flag, environment > the image > what it extends > top of the config > built-in row. */
export function layerValues(
  config: ResolvedConfig,
  ancestry: Ancestry,
  request: ImageSettings,
): Map<string, ImageValue> {
  const values = new Map<string, ImageValue>();
  if (ancestry.row !== undefined) addRow(values, ancestry.row, ancestry.rowName ?? '');
  addSettings(
    values,
    config.imageDefaults,
    (path) => originAt(config, path),
    (path) => path,
  );
  for (const { name, image } of ancestry.written.toReversed()) addWritten(values, config, name, image);
  addSettings(
    values,
    config.imageOverrides,
    (path) => originAt(config, path),
    (path) => path,
  );
  addSettings(
    values,
    request,
    () => ({ kind: 'request' }),
    (path) => path,
  );
  return values;
}

function originAt(config: ResolvedConfig, path: string): Origin {
  return config.origins.get(path) ?? { kind: 'default' };
}

function addRow(values: Map<string, ImageValue>, row: CatalogRow, name: string): void {
  const origin: ImageOrigin = { kind: 'catalog', name };
  const entries: [string, unknown][] = [
    ['os', row.os],
    ['provider', row.defaults.provider],
    ['nodeadm.containerdSource', row.defaults.containerdSource],
    ['nodeadm.artifacts', row.defaults.artifacts],
    ['locale', row.defaults.locale],
    ['disk.sizeGiB', row.defaults.diskGiB],
    ['hardware.memoryMiB', row.defaults.hardwareMemoryMiB],
    ['hardware.guestOsType', row.defaults.guestOsType],
  ];
  for (const [path, value] of entries) values.set(path, { value, origin, at: path });
}

function addSettings(
  values: Map<string, ImageValue>,
  settings: ImageSettings,
  originOf: (path: string) => ImageOrigin,
  whereIs: (path: string) => string,
): void {
  for (const [path, value] of flatten(settings)) {
    // A group that is set to nothing takes along what was in it.
    if (value === null) for (const known of values.keys()) if (known.startsWith(`${path}.`)) values.delete(known);
    values.set(path, { value, origin: originOf(path), at: whereIs(path) });
  }
}

function addWritten(values: Map<string, ImageValue>, config: ResolvedConfig, name: string, image: WrittenImage): void {
  const { extends: _extends, os, source, ...settings } = image;
  const whereIs = (path: string) => `images.${name}.${path}`;
  const originOf = (path: string): ImageOrigin => {
    const place = config.locate(['images', name, ...path.split('.')]);
    return { kind: 'file', file: place.file ?? 'the config', ...position(place) };
  };
  if (os !== undefined) values.set('os', { value: os, origin: originOf('os'), at: whereIs('os') });
  if (source !== undefined)
    values.set('source', {
      value: mergeSource(values.get('source')?.value, source),
      origin: originOf('source'),
      at: whereIs('source'),
    });
  addSettings(values, settings, originOf, whereIs);
}

function position({ line, column }: { line?: number; column?: number }): { line?: number; column?: number } {
  return { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

/** A source may change single keys of one of its own kind; a new address comes without the old one's checksum. */
function mergeSource(inherited: unknown, source: WrittenSource): unknown {
  const before = inherited as WrittenSource | undefined;
  if (before?.kind !== source.kind) return source;
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined));
  if (before.kind === 'bootstrap' || !('url' in given)) return { ...before, ...given };
  const { checksum: _checksum, ...rest } = before;
  return { ...rest, ...given };
}
