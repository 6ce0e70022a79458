import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { createRenderer } from '../engine.ts';
import type { TemplateSet } from '../template-set.ts';
import { hasPackerBase, renderBaseLayer, renderNodeLayer } from './layers.ts';
import { buildReadmeView } from './view.ts';

/**
 * The whole Packer working folder of an image for the qemu builder: `node/`, for a cloud image also `base/` (the base
 * layer of a `bootstrap` source is not made by Packer), and a README that says how to build it by hand.
 */
export function renderPackerFolder(spec: ImageSpec, templates: TemplateSet): RenderedFile[] {
  const layers = [
    ...(hasPackerBase(spec) ? renderBaseLayer(spec, templates) : []),
    ...renderNodeLayer(spec, templates),
  ];
  return [renderReadme(spec, templates), ...layers].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function renderReadme(spec: ImageSpec, templates: TemplateSet): RenderedFile {
  const content = createRenderer(templates)('templates/packer/qemu/README.md.hbs', buildReadmeView(spec));
  return { path: 'README.md', mode: 0o644, content };
}
