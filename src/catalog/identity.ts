import { canonicalJson, type JsonValue, sha256 } from '../core/hash.ts';
import type { ImageSpec } from './image-spec.ts';

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
    templates,
    tools,
  });
}

/** Names the sealed disk: the base layer, and everything nodeadm puts into it. 64 hex digits. */
export function nodeIdentity({ spec, base, templates, tools }: NodeParts): string {
  const { name, kubernetes, provider } = spec;
  const { version, region, containerdSource, artifacts } = spec.nodeadm;
  const nodeadm = { version, region, containerdSource, artifacts };
  return identify('node', { base, name, kubernetes, provider, nodeadm, templates, tools });
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

function identify(kind: string, content: { readonly [key: string]: JsonValue | undefined }): string {
  return sha256(canonicalJson({ kind, layoutVersion, ...content }));
}

/** The order of packages does not change what is installed. */
function plainSource(source: ImageSpec['source']): JsonValue {
  return source.kind === 'bootstrap' ? { ...source, packages: [...source.packages].sort() } : { ...source };
}
