import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { hasProfile, renderProfile } from '../profile/render-profile.ts';
import { type TemplateSet, templateText } from '../template-set.ts';
import { hasPreload, isRpm, isSubscribed, type Parts } from './shared-view.ts';

const always = ['begin.sh', 'list-contents.sh', 'seal.sh', 'seal-check.sh', 'power-off.sh', 'diagnose.sh'];

/** The unit that joins the machine, and its script; uploaded as one folder for install-join.sh. */
export const joinFiles = [
  'hybrid-node-join-again.service',
  'hybrid-node-join.service',
  'join.sh',
  ...['config.sh', 'init.sh', 'network.sh', 'scrub.sh', 'state.sh', 'steps.sh'],
].map((name) => `join/${name}`);

/**
 * `scripts/…` and `profile/…`. Guest scripts are copied, never rendered: what differs reaches them as environment variables and
 * in the profile's files.
 */
export function listGuestFiles(spec: ImageSpec, parts: Parts, templates: TemplateSet): RenderedFile[] {
  const names = [
    ...always,
    ...(parts.base ? ['install-base.sh', isRpm(spec) ? 'install-base-rpm.sh' : 'install-base-apt.sh'] : []),
    ...(parts.node ? ['install-node.sh', 'mark-node.sh', 'install-join.sh', ...joinFiles] : []),
    ...(isSubscribed(spec) ? ['subscribe.sh', 'unsubscribe.sh'] : []),
    ...(hasProfile(spec) ? ['apply-profile.sh'] : []),
    ...(parts.node && hasPreload(spec) ? ['preload-images.sh'] : []),
  ];
  const scripts = names.map((name) => ({
    path: `scripts/${name}`,
    mode: name.endsWith('.sh') ? 0o755 : 0o644,
    content: templateText(templates, `templates/guest/${name}`),
  }));
  return [...scripts, ...renderProfile(spec, templates, parts)];
}
