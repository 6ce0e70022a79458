import type { ImageFormat, ImageSpec } from '../../catalog/image-spec.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { createRenderer } from '../engine.ts';
import { renderSeed } from '../seed.ts';
import type { TemplateSet } from '../template-set.ts';
import { listGuestFiles } from './guest-files.ts';
import { type VspherePlugin, vspherePlugins } from './vsphere-pins.ts';
import { buildVsphereReadmeView, buildVsphereView, type VsphereResults, vsphereParts } from './vsphere-view.ts';

export interface VsphereFolderOptions {
  /** Default: HashiCorp's 1.4.x. */
  plugin?: VspherePlugin | undefined;
  /** `vsphere`: a template or library item; `ova`: an export. Default: `vsphere`. Others mean nothing here. */
  formats?: readonly ImageFormat[] | undefined;
}

const templateFolder = 'templates/packer/vsphere';

/** Everything one `packer build` on a vCenter needs, and how to start it. Pure. */
export function renderVsphereFolder(
  spec: ImageSpec,
  templates: TemplateSet,
  options: VsphereFolderOptions = {},
): RenderedFile[] {
  const plugin = options.plugin ?? vspherePlugins.hashicorp;
  const results = chooseResults(options.formats);
  const seed = renderSeed(spec, templates);
  const render = createRenderer(templates);
  const hcl = render(`${templateFolder}/image.pkr.hcl.hbs`, buildVsphereView(spec, seed, plugin, results));
  const readme = render(`${templateFolder}/README.md.hbs`, buildVsphereReadmeView(spec, plugin, results));
  return [
    { path: 'README.md', mode: 0o644, content: readme },
    { path: 'image.pkr.hcl', mode: 0o644, content: hcl },
    ...seed.files,
    ...listGuestFiles(spec, vsphereParts, templates),
  ];
}

/** A template unless only files were asked for. */
function chooseResults(formats: readonly ImageFormat[] = ['vsphere']): VsphereResults {
  const exports = formats.includes('ova');
  return { template: formats.includes('vsphere') || !exports, export: exports };
}
