import { isIpv4, isIpv6, isNetwork } from '../config/host-name.ts';
import { hostOf, isDirect } from '../config/no-proxy.ts';
import { warning } from './image-fault.ts';
import type { ImageDraft, ImageFault, ImageRule } from './image-rules.ts';
import type { ImageSpec } from './image-spec.ts';

/** Whether what is reached without the proxy is what somebody meant. */
export const proxyRules: readonly ImageRule[] = [networksAreAboutAddresses, installerHasOneProxy];

/** Nothing that reads `noProxy` looks a name up to see which network it is in. */
function networksAreAboutAddresses({ spec }: ImageDraft): ImageFault[] {
  const { proxy } = spec.profile;
  const networks = (proxy?.noProxy ?? []).filter(isNetwork);
  if (proxy === null || networks.length === 0) return [];
  const hosts = new Set(listMirrors(spec).map(hostOf));
  const named = [...hosts].filter((host) => !isIpv4(host) && !isIpv6(host) && !isDirect(host, proxy.noProxy));
  return named.flatMap((host) => {
    const message = `${networks.join(', ')} is about addresses, so the mirror '${host}' is reached through the proxy; accepted: names and domains as well`;
    return warning('profile.proxy.noProxy', message, `Add '${host}' if it is reached without the proxy.`);
  });
}

/** subiquity and Debian's installer have one proxy for the archive and its security updates, without exceptions. */
function installerHasOneProxy({ spec }: ImageDraft): ImageFault[] {
  const { proxy, mirrors } = spec.profile;
  if (proxy === null || spec.source.kind !== 'iso' || !usesApt(spec)) return [];
  const direct = [mirrors.apt, mirrors.aptSecurity].flatMap((url) =>
    url !== null && isDirect(hostOf(url), proxy.noProxy) ? [hostOf(url)] : [],
  );
  const [host] = direct;
  if (host === undefined || direct.length === 2) return [];
  const message = `the installer has one proxy for everything, so it asks '${host}' through it as well; accepted: apt and aptSecurity both without it`;
  return warning('profile.mirrors', message, 'Name both in profile.proxy.noProxy, or let the proxy reach them.');
}

/** Addresses that programs in the guest ask for packages. */
function listMirrors(spec: ImageSpec): string[] {
  const { apt, aptSecurity, dnf, docker } = spec.profile.mirrors;
  const ofSystem = usesApt(spec) ? [apt, aptSecurity] : dnf.map(({ baseurl }) => baseurl);
  const ofDocker = spec.nodeadm.containerdSource === 'docker' ? [docker] : [];
  return [...ofSystem, ...ofDocker].filter((url) => url !== null && !url.startsWith('file:')) as string[];
}

function usesApt({ os }: ImageSpec): boolean {
  return os.family === 'debian' || os.family === 'ubuntu';
}
