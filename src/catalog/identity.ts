import { canonicalJson, type JsonValue, sha256 } from '../core/hash.ts';
import type { ImageSpec } from './image-spec.ts';
import { emptyProfile } from './profile.ts';

/** File name → text, e.g. of the templates a layer is made with. */
export type Texts = Readonly<Record<string, string>>;
/** Program → version. */
export type Versions = Readonly<Record<string, string>>;

export interface BaseParts {
  spec: ImageSpec;
  /** Texts the base layer depends on: its templates and guest scripts. */
  templates: Texts;
  /** Programs whose version shows in the base layer, e.g. mmdebstrap. */
  tools: Versions;
}

export interface NodeParts {
  spec: ImageSpec;
  /** What `baseIdentity` gave. */
  base: string;
  templates: Texts;
  tools: Versions;
}

/** Raised by hand when the code makes other layers from the same inputs. */
const layoutVersion = 1;

/** Names the base layer: the operating system as it is before nodeadm. 64 hex digits. */
export function baseIdentity({ spec, templates, tools }: BaseParts): string {
  const { os, arch, source, builder, packages, disk, timezone } = spec;
  return identify('base', {
    os,
    arch,
    source: plainSource(source),
    builder,
    packages: [...packages].sort(),
    disk,
    timezone,
    ...languageOf(spec),
    // A bootstrap base is made without the profile: there it belongs to the node layer alone.
    ...(source.kind === 'bootstrap' ? {} : profileOf(spec, nodeOnly)),
    templates,
    tools,
  });
}

/** Names the sealed disk: the base layer, and everything nodeadm puts into it. 64 hex digits. */
export function nodeIdentity({ spec, base, templates, tools }: NodeParts): string {
  const { name, kubernetes, provider } = spec;
  const { version, region, containerdSource, artifacts } = spec.nodeadm;
  const nodeadm = { version, region, containerdSource, artifacts };
  return identify('node', { base, name, kubernetes, provider, nodeadm, ...profileOf(spec), templates, tools });
}

/**
 * Names the finished image: the sealed disk and the hardware its OVA asks for. How the building machine was sized and how long it was
 * waited for are left out: they do not decide what the image is.
 */
export function imageIdentity(parts: { spec: ImageSpec; templates: Texts; tools: Versions }): string {
  const { spec, templates, tools } = parts;
  const base = baseIdentity({ spec, templates: {}, tools: {} });
  const node = nodeIdentity({ spec, base, templates, tools });
  return identify('image', { node, hardware: spec.hardware });
}

/** Left out where it is what every image had before there was a choice, so that layers made then stay good. */
function languageOf({ locale, keyboard }: ImageSpec): { [key: string]: JsonValue } {
  return {
    ...(locale === 'C.UTF-8' ? {} : { locale }),
    ...(keyboard === 'us' ? {} : { keyboard }),
  };
}

/** What of a profile comes with nodeadm's part, and so leaves the base layer alone. */
const nodeOnly: readonly string[] = ['files', 'scripts', 'preload'];

/** What the profile changes; nothing for one that changes nothing. A new setting leaves the identities of others alone. */
function profileOf({ profile }: ImageSpec, without: readonly string[] = []): { [key: string]: JsonValue } {
  const before = JSON.parse(JSON.stringify(emptyProfile)) as { [key: string]: JsonValue };
  const now = JSON.parse(JSON.stringify(profile)) as { [key: string]: JsonValue };
  const changed = Object.entries(now).filter(
    ([key, value]) => !without.includes(key) && canonicalJson(value) !== canonicalJson(before[key] ?? null),
  );
  return changed.length === 0 ? {} : { profile: Object.fromEntries(changed) };
}

function identify(kind: string, content: { readonly [key: string]: JsonValue | undefined }): string {
  return sha256(canonicalJson({ kind, layoutVersion, ...content }));
}

/** The order of packages does not change what is installed; what is not there stays out. */
function plainSource(source: ImageSpec['source']): JsonValue {
  if (source.kind === 'bootstrap') return { ...source, packages: [...source.packages].sort() };
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== null));
}
