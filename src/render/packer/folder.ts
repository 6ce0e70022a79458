import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import type { TemplateSet } from '../template-set.ts';
import { renderQemuFolder } from './qemu.ts';
import { renderVsphereFolder, type VsphereFolderOptions } from './vsphere.ts';

/** The whole Packer working folder of an image, sorted by path: one build in its root that makes the image in one go. */
export function renderPackerFolder(
  spec: ImageSpec,
  templates: TemplateSet,
  options: VsphereFolderOptions = {},
): RenderedFile[] {
  const files =
    spec.builder === 'qemu' ? renderQemuFolder(spec, templates) : renderVsphereFolder(spec, templates, options);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
