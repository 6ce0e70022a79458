import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { createRenderer } from '../engine.ts';
import { type TemplateSet, templateText } from '../template-set.ts';
import { buildBaseView, buildNodeView } from './view.ts';

const seedTemplate = 'user-data/build-user.pkrtpl.hcl';
const sharedScripts = ['begin.sh', 'list-contents.sh', 'seal.sh', 'seal-check.sh', 'power-off.sh', 'diagnose.sh'];

/** False for a `bootstrap` source, whose base layer is made without Packer. */
export function hasPackerBase(spec: ImageSpec): boolean {
  return spec.source.kind === 'cloudImage';
}

/** `base/…`: what Packer needs for the base layer of a cloud image. */
export function renderBaseLayer(spec: ImageSpec, templates: TemplateSet): RenderedFile[] {
  const hcl = createRenderer(templates)('templates/packer/qemu/base.pkr.hcl.hbs', buildBaseView(spec));
  return [file('base/image.pkr.hcl', hcl), ...renderGuestFiles('base', ['install-base.sh'], templates)];
}

/** `node/…`: what Packer needs for the node layer. */
export function renderNodeLayer(spec: ImageSpec, templates: TemplateSet): RenderedFile[] {
  const hcl = createRenderer(templates)('templates/packer/qemu/node.pkr.hcl.hbs', buildNodeView(spec));
  return [file('node/image.pkr.hcl', hcl), ...renderGuestFiles('node', ['install-node.sh', 'mark-node.sh'], templates)];
}

/** Guest scripts are copied, never rendered: what differs reaches them as environment variables. */
function renderGuestFiles(layer: 'base' | 'node', own: readonly string[], templates: TemplateSet): RenderedFile[] {
  const scripts = [...sharedScripts, ...own].map((name) =>
    file(`${layer}/scripts/${name}`, templateText(templates, `templates/guest/${name}`)),
  );
  return [
    file(`${layer}/seed/meta-data`, `instance-id: hnf-${layer}\nlocal-hostname: hnf-build\n`),
    file(`${layer}/seed/user-data.pkrtpl.hcl`, templateText(templates, seedTemplate)),
    ...scripts,
  ];
}

function file(path: string, content: string): RenderedFile {
  return { path, mode: path.endsWith('.sh') ? 0o755 : 0o644, content };
}
