import { FactoryError } from '../core/errors.ts';
import { type Command, guestPaths, type PayloadFile } from './types.ts';

export interface GuestProxy {
  readonly http?: string | null | undefined;
  readonly https?: string | null | undefined;
  readonly noProxy?: readonly string[] | undefined;
}

/** Never behind a proxy: this machine, Pod Identity's address, the cluster's own names. */
const alwaysDirect = ['localhost', '127.0.0.1', '::1', '169.254.169.254', '169.254.170.23', '.svc', '.cluster.local'];

const units = [
  '/etc/systemd/system/kubelet.service.d',
  '/etc/systemd/system/containerd.service.d',
  // nodeadm looks here, AWS's documentation writes the other one; systemd merges them.
  '/usr/lib/systemd/system/containerd.service.d',
];
/** The agent is a snap on Ubuntu. */
const agentUnits = [
  '/etc/systemd/system/amazon-ssm-agent.service.d',
  '/etc/systemd/system/snap.amazon-ssm-agent.amazon-ssm-agent.service.d',
];

/**
 * Every place a node's programs read the proxy from and nodeadm's proxy validator looks into (eks-hybrid,
 * internal/network/proxy_validator.go), for a guest whose system is not known: what a system does not have does it no harm. Pure.
 */
export function buildProxy(proxy: GuestProxy, hasAgent: boolean): { files: PayloadFile[]; commands: Command[] } {
  const values = [
    ['HTTP_PROXY', checkUrl(proxy.http ?? '')],
    ['HTTPS_PROXY', checkUrl(proxy.https ?? '')],
    ['NO_PROXY', [...new Set([...alwaysDirect, ...(proxy.noProxy ?? []).map(checkExcluded)])].join(',')],
  ] as const;
  const dropIn = `[Service]\n${values.map(([name, value]) => `Environment="${name}=${value}"\n`).join('')}`;
  const lower = values.map(([name, value]) => [name.toLowerCase(), value] as const);
  const environment = [...values, ...lower].map(([name, value]) => `${name}=${value}\n`).join('');
  const folders = hasAgent ? [...units, ...agentUnits] : units;
  return {
    files: [
      { path: guestPaths.joinEnvironment, mode: 0o600, content: environment },
      ...folders.map((folder) => ({ path: `${folder}/http-proxy.conf`, mode: 0o644, content: dropIn })),
    ],
    commands: [packageManagers(values[0][1], values[1][1]), ['systemctl', 'daemon-reload']],
  };
}

/** apt's own file, a line in dnf's and yum's, and snapd's settings, each where it is there. The addresses hold nothing a shell knows. */
function packageManagers(http: string, https: string): string {
  const either = https === '' ? http : https;
  return [
    'if [ -d /etc/apt/apt.conf.d ]; then',
    `  printf 'Acquire::http::Proxy "%s";\\nAcquire::https::Proxy "%s";\\n' '${http}' '${https}' >/etc/apt/apt.conf.d/proxy.conf`,
    'fi',
    'for file in /etc/dnf/dnf.conf /etc/yum.conf; do',
    `  if [ -f "$file" ] && ! grep -q '^proxy=' "$file"; then echo 'proxy=${either}' >>"$file"; fi`,
    'done',
    'if command -v snap >/dev/null; then',
    `  snap set system proxy.http='${http}' proxy.https='${https}' || true`,
    'fi',
    '',
  ].join('\n');
}

/** @throws FactoryError `input.invalid` unless it can stand without quotes in all these files */
function checkUrl(url: string): string {
  if (url === '' || /^https?:\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?\/?$/.test(url)) return url;
  throw new FactoryError('input.invalid', 'the proxy cannot be used; accepted: http:// or https://, a host, a port', {
    hint: "Write it as 'http://proxy.example.org:3128', without user, password and path.",
  });
}

function checkExcluded(entry: string): string {
  if (/^[A-Za-z0-9*._:/[\]-]+$/.test(entry)) return entry;
  throw new FactoryError('input.invalid', `the exception from the proxy ${JSON.stringify(entry)} cannot be used`, {
    hint: 'Accepted: a host name, a domain, an address or a network.',
  });
}
