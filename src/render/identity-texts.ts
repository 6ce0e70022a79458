import type { ImageSpec } from '../catalog/image-spec.ts';
import { hasPackerBase, renderQemuLayer } from './packer/qemu.ts';
import type { TemplateSet } from './template-set.ts';

/** Texts that decide what a layer contains, by path. */
export type LayerTexts = Readonly<Record<string, string>>;

/**
 * For the cache keys: every rendered file of a layer. A new Kubernetes or nodeadm version changes `node` and leaves
 * `base` alone. `base` is empty for a `bootstrap` source, whose base is made and keyed by lab.
 */
export function identityTexts(spec: ImageSpec, templates: TemplateSet): { base: LayerTexts; node: LayerTexts } {
  return {
    base: hasPackerBase(spec) ? textsOf(renderQemuLayer(spec, 'base', templates)) : {},
    node: textsOf(renderQemuLayer(spec, 'node', templates)),
  };
}

function textsOf(files: readonly { path: string; content: string }[]): LayerTexts {
  return Object.fromEntries(files.map(({ path, content }) => [path, content]));
}
