import type { ImageSpec } from '../catalog/image-spec.ts';
import { FactoryError } from '../core/errors.ts';
import type { RenderedFile } from '../core/rendered-file.ts';
import { renderAutoinstall } from './autoinstall.ts';
import { renderCloudSeed } from './cloud-seed.ts';
import { renderKickstart } from './kickstart/render-kickstart.ts';
import { renderPreseed } from './preseed.ts';
import type { TemplateSet } from './template-set.ts';

/** One file as the guest sees it, and where it is in the rendered folder. */
export interface SeedMember {
  /** Name on the CD or in the URL, without a slash in front. */
  name: string;
  /** Path below the rendered folder, e.g. `seed/user-data.pkrtpl.hcl`. */
  file: string;
  /** True: Packer fills in `local.seed_variables`; false: it is copied as it is. */
  templated: boolean;
}

/** What a templated member may name in `${…}`; templates/packer/partials/locals.hcl.hbs defines them. */
export const seedVariables = ['public_key', 'apt_proxy', 'rh_org', 'rh_activation_key'] as const;
export type SeedVariable = (typeof seedVariables)[number];

/** How the build machine gets its first instructions: the installer's answers, or the build user of a ready system. */
export interface Seed {
  /** `http` is for an installer that reads no CD before it has a network; it is served on loopback only. */
  transport: 'cd' | 'http';
  /** Volume label of the CD: `cidata` for cloud-init and subiquity, `OEMDRV` for Anaconda; empty for `http`. */
  cdLabel: string;
  members: readonly SeedMember[];
  files: readonly RenderedFile[];
  variables: readonly SeedVariable[];
}

/** Pure. The seed of the image's own source; a layer on a disk that is there already has `renderCloudSeed`. */
export function renderSeed(spec: ImageSpec, templates: TemplateSet): Seed {
  if (spec.source.kind !== 'iso') return renderCloudSeed('hnf-image', templates);
  switch (spec.os.family) {
    case 'ubuntu':
      return renderAutoinstall(spec, templates);
    case 'debian':
      return renderPreseed(spec, templates);
    case 'rhel':
      return renderKickstart(spec, templates);
    case 'al2023':
      throw new FactoryError('internal', 'Amazon Linux 2023 has no installer');
  }
}
