import type { ResolvedConfig } from '../config/resolve.ts';
import type { WrittenSource } from '../config/schema-source.ts';
import type { CatalogRow, VendorFile } from './catalog-row.ts';
import type { ImageOrigin, ImageValue } from './image-layers.ts';
import type { Arch, BuilderKind, ImageSource, SourceKind } from './image-spec.ts';
import { debianMirror } from './rows/debian.ts';

/** Where a source is taken from: the built-in row, the config and what an image says of its own. */
export interface SourceParts {
  config: ResolvedConfig;
  row: CatalogRow | undefined;
  rowName: string | undefined;
  written: ImageValue | undefined;
  kind: SourceKind;
  builder: BuilderKind;
  arch: Arch;
}

export interface DraftedSource {
  /** Undefined when it is a bootstrap source without a suite. */
  source: ImageSource | undefined;
  /** For `hnf config check` and for the place of findings, by path inside the image. */
  values: readonly (readonly [string, ImageValue])[];
  /** The checksum `none` was asked for. */
  allowUnverified: boolean;
}

/** One place that says something about a file; what comes later in the list wins. */
interface Layer {
  url?: string | null | undefined;
  checksum?: string | null | undefined;
  allowUnverified?: boolean | undefined;
  template?: string | undefined;
  valueOf: (key: string, value: unknown) => ImageValue;
}

export function draftSource(parts: SourceParts): DraftedSource {
  return parts.kind === 'bootstrap' ? draftBootstrap(parts) : draftFile(parts, parts.kind);
}

function draftBootstrap({ row, rowName, written }: SourceParts): DraftedSource {
  const own = sourceOf(written, 'bootstrap');
  const suite = own?.suite ?? row?.sources.bootstrap?.suite;
  const mirror = own?.mirror ?? row?.sources.bootstrap?.mirror ?? debianMirror;
  const source =
    suite === undefined ? undefined : { kind: 'bootstrap' as const, suite, mirror, packages: own?.packages ?? [] };
  return { source, values: [['source', written ?? fromRow(rowName, source)]], allowUnverified: false };
}

function draftFile(parts: SourceParts, kind: 'iso' | 'cloudImage'): DraftedSource {
  const { written, rowName } = parts;
  const values = new Map<string, ImageValue>([['source', written ?? fromRow(rowName, { kind })]]);
  let [url, checksum, template, allowUnverified] = [
    null as string | null,
    null as string | null,
    null as string | null,
    false,
  ];
  for (const layer of layersOf(parts, kind)) {
    if (layer.url !== undefined) {
      url = layer.url;
      // The sum of another file proves nothing about this one.
      checksum = null;
      values.set('source.url', layer.valueOf('url', url)).delete('source.checksum');
    }
    if (layer.checksum !== undefined) {
      checksum = layer.checksum;
      values.set('source.checksum', layer.valueOf('checksum', checksum));
    }
    if (layer.template !== undefined) {
      template = layer.template;
      values.set('source.template', layer.valueOf('template', template));
    }
    allowUnverified = layer.allowUnverified ?? allowUnverified;
  }
  if (url !== null && checksum === null && allowUnverified) checksum = 'none';
  const source = kind === 'iso' ? { kind, url, checksum } : { kind, url, checksum, template };
  return { source, values: [...values], allowUnverified };
}

function layersOf(parts: SourceParts, kind: 'iso' | 'cloudImage'): Layer[] {
  const { config, row, rowName, written, builder, arch } = parts;
  const own = sourceOf(written, kind);
  const file = findVendorFile(row, kind, builder, arch);
  const layers: Layer[] = [];
  if (file !== undefined) layers.push({ ...file, valueOf: (_key, value) => fromRow(rowName, value) });
  layers.push(configLayer(config, kind, ['file']));
  if (own !== undefined && written !== undefined)
    layers.push({ ...own, valueOf: (key, value) => writtenValue(config, written, key, value) });
  layers.push(configLayer(config, kind, ['environment', 'flag']));
  return layers;
}

/** A key of a source in the config stands at a place of its own. */
function writtenValue(config: ResolvedConfig, written: ImageValue, key: string, value: unknown): ImageValue {
  const at = `${written.at}.${key}`;
  const { origin } = written;
  if (origin.kind !== 'file') return { value, origin, at };
  const { line, column } = config.locate(at.split('.'));
  return { value, origin: line === undefined || column === undefined ? origin : { ...origin, line, column }, at };
}

function sourceOf<K extends SourceKind>(
  written: ImageValue | undefined,
  kind: K,
): Extract<WrittenSource, { kind: K }> | undefined {
  const source = written?.value as WrittenSource | undefined;
  return source?.kind === kind ? (source as Extract<WrittenSource, { kind: K }>) : undefined;
}

function fromRow(name: string | undefined, value: unknown): ImageValue {
  return { value, origin: name === undefined ? { kind: 'default' } : { kind: 'catalog', name }, at: 'source' };
}

function findVendorFile(
  row: CatalogRow | undefined,
  kind: 'iso' | 'cloudImage',
  builder: BuilderKind,
  arch: Arch,
): VendorFile | undefined {
  const forClone =
    kind === 'cloudImage' && builder === 'vsphere-clone' ? row?.sources.cloudImage?.vsphereFiles : undefined;
  return forClone?.[arch] ?? row?.sources[kind]?.files[arch];
}

/** What the groups `iso` and `cloudImage` of the config say, as far as it came from one kind of place. */
function configLayer(
  config: ResolvedConfig,
  kind: 'iso' | 'cloudImage',
  from: readonly ('file' | 'environment' | 'flag')[],
): Layer {
  const paths = { url: `${kind}.url`, checksum: `${kind}.checksum`, allowUnverified: `${kind}.allowUnverified` };
  const isFrom = (path: string) => from.some((place) => config.origins.get(path)?.kind === place);
  const group = config[kind];
  return {
    url: isFrom(paths.url) ? group.url : undefined,
    checksum: isFrom(paths.checksum) ? group.checksum : undefined,
    allowUnverified: isFrom(paths.allowUnverified) ? group.allowUnverified : undefined,
    template: kind === 'cloudImage' && isFrom('vsphere.template') ? config.vsphere.template : undefined,
    valueOf: (key, value) => {
      const path = key === 'template' ? 'vsphere.template' : `${kind}.${key}`;
      return { value, origin: originOf(config, path), at: path };
    },
  };
}

function originOf(config: ResolvedConfig, path: string): ImageOrigin {
  return config.origins.get(path) ?? { kind: 'default' };
}
