import { imageIdentity } from '../../catalog/identity.ts';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import { renderVsphereFolder } from '../../render/packer/vsphere.ts';
import type { TemplateSet } from '../../render/template-set.ts';

/** Names exactly this image: the same on every machine, whichever of its results is asked for and whichever plugin builds it. Pure. */
export function vsphereIdentity(spec: ImageSpec, templates: TemplateSet): string {
  const files = renderVsphereFolder(spec, templates, { formats: ['vsphere', 'ova'] });
  const texts = files.filter(({ path }) => path !== 'README.md').map(({ path, content }) => [path, content]);
  return imageIdentity({ spec, templates: Object.fromEntries(texts), tools: {} });
}
