import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { renderCloudSeed } from '../cloud-seed.ts';
import { createRenderer } from '../engine.ts';
import { renderSeed, type Seed } from '../seed.ts';
import type { TemplateSet } from '../template-set.ts';
import { listGuestFiles } from './guest-files.ts';
import { buildQemuView, buildReadmeView, layerParts, type QemuLayer } from './qemu-view.ts';

/** False for a `bootstrap` source, whose base layer is made without Packer. */
export function hasPackerBase(spec: ImageSpec): boolean {
  return spec.source.kind !== 'bootstrap';
}

/** Everything one `packer build` needs, paths from the folder it is started in. */
export function renderQemuLayer(spec: ImageSpec, layer: QemuLayer, templates: TemplateSet): RenderedFile[] {
  const parts = layerParts(spec, layer);
  const seed = layerSeed(spec, layer, templates);
  const hcl = createRenderer(templates)('templates/packer/qemu/image.pkr.hcl.hbs', buildQemuView(spec, layer, seed));
  return [
    { path: 'image.pkr.hcl', mode: 0o644, content: hcl },
    ...seed.files,
    ...listGuestFiles(spec, parts, templates),
  ];
}

/** The folder a team can keep: the whole image in one build, and how to start it. */
export function renderQemuFolder(spec: ImageSpec, templates: TemplateSet): RenderedFile[] {
  const readme = createRenderer(templates)('templates/packer/qemu/README.md.hbs', buildReadmeView(spec));
  return [{ path: 'README.md', mode: 0o644, content: readme }, ...renderQemuLayer(spec, 'image', templates)];
}

function layerSeed(spec: ImageSpec, layer: QemuLayer, templates: TemplateSet): Seed {
  return layerParts(spec, layer).overlay ? renderCloudSeed('hnf-node', templates) : renderSeed(spec, templates);
}
