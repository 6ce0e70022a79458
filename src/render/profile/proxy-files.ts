import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { Profile } from '../../catalog/profile.ts';
import { hostOf, isDirect } from '../../config/no-proxy.ts';
import { systemdValue } from '../quote/systemd.ts';
import { checkExcludedHost, checkMirrorUrl, checkProxyUrl } from './check-values.ts';
import type { GuestFile, ProfileSetting } from './profile-file.ts';

type Proxy = NonNullable<Profile['proxy']>;

/** Never behind a proxy: this machine, Pod Identity's address, the cluster's own names. */
const alwaysDirect = ['localhost', '127.0.0.1', '::1', '169.254.169.254', '169.254.170.23', '.svc', '.cluster.local'];

/** The unit that joins the node at its first boot. */
const joinUnit = 'hybrid-node-join.service';

/**
 * Every file that nodeadm's proxy validator reads (eks-hybrid, internal/network/proxy_validator.go), and the environment of
 * the join unit. dnf's and yum's own files are changed in place by apply-profile.sh.
 */
export function buildProxyFiles(spec: ImageSpec): GuestFile[] {
  const { proxy } = spec.profile;
  if (proxy === null) return [];
  const place = (path: string, content: string): GuestFile => ({ step: 'early', path, mode: 0o644, content });
  const dropIn = dropInText(proxy, 'upper');
  return [
    ...(usesApt(spec) ? [place('/etc/apt/apt.conf.d/proxy.conf', aptText(spec, proxy))] : []),
    place('/etc/systemd/system/kubelet.service.d/http-proxy.conf', dropIn),
    place('/etc/systemd/system/containerd.service.d/http-proxy.conf', dropIn),
    // nodeadm looks here, AWS's documentation writes the other one; systemd merges them.
    place('/usr/lib/systemd/system/containerd.service.d/http-proxy.conf', dropIn),
    ...(spec.provider === 'ssm' ? [place(`/etc/systemd/system/${agentUnit(spec)}.d/http-proxy.conf`, dropIn)] : []),
    place(`/etc/systemd/system/${joinUnit}.d/http-proxy.conf`, dropInText(proxy, 'both')),
  ];
}

export function buildProxySettings(spec: ImageSpec): ProfileSetting[] {
  const { proxy } = spec.profile;
  if (proxy === null) return [];
  return [
    ['HTTP_PROXY', proxyOf(proxy.http)],
    ['HTTPS_PROXY', proxyOf(proxy.https)],
    ['NO_PROXY', noProxyList(proxy).join(',')],
    // The agent is a snap there, and snapd has settings of its own.
    ...(isSnapAgent(spec) ? [['SNAP', 'yes'] as const] : []),
  ];
}

export function usesApt({ os }: ImageSpec): boolean {
  return os.family === 'debian' || os.family === 'ubuntu';
}

function isSnapAgent({ os, provider }: ImageSpec): boolean {
  return provider === 'ssm' && os.family === 'ubuntu';
}

function agentUnit(spec: ImageSpec): string {
  return isSnapAgent(spec) ? 'snap.amazon-ssm-agent.amazon-ssm-agent.service' : 'amazon-ssm-agent.service';
}

/** Both are written even where only one is set: the validator looks for both, the absent one with an empty value. */
function aptText(spec: ImageSpec, proxy: Proxy): string {
  const direct = directMirrors(spec, proxy).flatMap((host) => [
    `Acquire::http::Proxy::${host} "DIRECT";`,
    `Acquire::https::Proxy::${host} "DIRECT";`,
  ]);
  const lines = [
    `Acquire::http::Proxy "${proxyOf(proxy.http)}";`,
    `Acquire::https::Proxy "${proxyOf(proxy.https)}";`,
    ...direct,
  ];
  return `${lines.join('\n')}\n`;
}

/** apt reads no list of exceptions from its configuration, only single hosts. */
function directMirrors({ profile }: ImageSpec, { noProxy }: Proxy): string[] {
  const { apt, aptSecurity, docker } = profile.mirrors;
  const hosts = [apt, aptSecurity, docker].flatMap((url) => (url === null ? [] : [hostOf(checkMirrorUrl(url))]));
  return [...new Set(hosts)].filter((host) => isDirect(host, noProxy) && /^[a-z0-9.-]+$/.test(host)).sort();
}

/** Programs written in Go read the upper-case names, what they start may read the others; nodeadm wants twins to be equal. */
function dropInText(proxy: Proxy, names: 'upper' | 'both'): string {
  const values = [
    ['HTTP_PROXY', proxyOf(proxy.http)],
    ['HTTPS_PROXY', proxyOf(proxy.https)],
    ['NO_PROXY', noProxyList(proxy).join(',')],
  ] as const;
  const lower = names === 'both' ? values.map(([name, value]) => [name.toLowerCase(), value] as const) : [];
  const lines = [...values, ...lower].map(([name, value]) => `Environment=${systemdValue(`${name}=${value}`)}\n`);
  return `[Service]\n${lines.join('')}`;
}

function proxyOf(url: string | null): string {
  return url === null ? '' : checkProxyUrl(url);
}

function noProxyList({ noProxy }: Proxy): string[] {
  return [...new Set([...alwaysDirect, ...noProxy.map(checkExcludedHost)])];
}
