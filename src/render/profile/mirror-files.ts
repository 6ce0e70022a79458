import type { ImageSpec } from '../../catalog/image-spec.ts';
import { hostOf, isDirect } from '../../config/no-proxy.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { checkMirrorUrl, checkRepositoryId } from './check-values.ts';
import type { ProfileSetting } from './profile-file.ts';
import { usesApt } from './proxy-files.ts';

/** Base address of Docker's packages when no mirror stands in for it. */
export const dockerPackagesUrl = 'https://download.docker.com';

export function buildMirrorSettings(spec: ImageSpec): ProfileSetting[] {
  const { apt, aptSecurity, docker, dnf, keep } = spec.profile.mirrors;
  const settings: ProfileSetting[] = [];
  if (usesApt(spec)) {
    if (apt !== null) settings.push(['APT_MIRROR', checkMirrorUrl(apt)]);
    if (aptSecurity !== null) settings.push(['APT_SECURITY_MIRROR', checkMirrorUrl(aptSecurity)]);
  } else if (dnf.length > 0) settings.push(['DNF_MIRRORS', 'yes']);
  // nodeadm has Docker's own address built in, so apply-profile.sh puts containerd in before nodeadm comes.
  if (docker !== null && spec.nodeadm.containerdSource === 'docker')
    settings.push(['DOCKER_MIRROR', checkMirrorUrl(docker).replace(/\/+$/, '')]);
  return settings.length === 0 ? [] : [...settings, ['KEEP_MIRRORS', keep ? 'yes' : 'no']];
}

/** `profile/mirrors.repo`: repositories in place of the vendor's, in dnf's own format. */
export function buildDnfMirrors(spec: ImageSpec): RenderedFile[] {
  const { dnf } = spec.profile.mirrors;
  if (usesApt(spec) || dnf.length === 0) return [];
  const sections = dnf.map((repository) => repositoryText(repository, spec));
  return [{ path: 'profile/mirrors.repo', mode: 0o644, content: sections.join('\n') }];
}

function repositoryText({ id, baseurl, gpgkey }: ImageSpec['profile']['mirrors']['dnf'][number], spec: ImageSpec) {
  const lines = [
    `[${checkRepositoryId(id)}]`,
    `name=${id}`,
    `baseurl=${checkMirrorUrl(baseurl)}`,
    'enabled=1',
    ...(gpgkey === null ? ['gpgcheck=0'] : ['gpgcheck=1', `gpgkey=${checkMirrorUrl(gpgkey, 'file')}`]),
    ...(isMirrorDirect(baseurl, spec) ? ['proxy=_none_'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** dnf reads no list of exceptions from the proxy, only one setting per repository. */
function isMirrorDirect(baseurl: string, { profile }: ImageSpec): boolean {
  if (profile.proxy === null || baseurl.startsWith('file:')) return false;
  return isDirect(hostOf(baseurl), profile.proxy.noProxy);
}
