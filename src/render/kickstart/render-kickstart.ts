import type { ImageSpec } from '../../catalog/image-spec.ts';
import { createRenderer } from '../engine.ts';
import type { Seed, SeedVariable } from '../seed.ts';
import type { TemplateSet } from '../template-set.ts';
import { buildKickstartView, type InstallEnd } from './view.ts';

const file = 'seed/ks.cfg.pkrtpl.hcl';

/**
 * Answers for RHEL's installer, on a CD that it finds by its label, without a word typed (rhel8 and later).
 * https://anaconda-installer.readthedocs.io/en/latest/user-guide/kickstart.html
 * @throws FactoryError `input.invalid` when the medium brings no packages and nothing else does.
 */
export function renderKickstart(spec: ImageSpec, templates: TemplateSet, end: InstallEnd = 'reboot'): Seed {
  const view = buildKickstartView(spec, end);
  const variables: SeedVariable[] = ['public_key'];
  if (view['cdn'] === true) variables.push('rh_org', 'rh_activation_key');
  return {
    transport: 'cd',
    cdLabel: 'OEMDRV',
    members: [{ name: 'ks.cfg', file, templated: true }],
    files: [{ path: file, mode: 0o644, content: createRenderer(templates)(kickstartTemplate(spec), view) }],
    variables,
  };
}

/** One per major: no kickstart with this much in it is valid for two of them. */
export function kickstartTemplate({ os }: Pick<ImageSpec, 'os'>): string {
  return `kickstart/rhel${Number.parseInt(os.version, 10)}.ks.hbs`;
}
