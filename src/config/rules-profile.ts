import { type ConfigPath, quote } from './findings.ts';
import { findUrlFault, isHost, isNetwork } from './host-name.ts';
import { isFullReference } from './image-reference.ts';
import { findMirrorFault, type MirrorUse } from './mirror-url.ts';
import { findCertificateFault, hasPrivateKey } from './pem.ts';
import { longestNameBytes } from './profile-values.ts';
import { hasCredentials, type Report, repeated, reportCredentials, type SettingsRule } from './rule.ts';
import type { WrittenImage } from './schema-image.ts';
import type { WrittenProfile } from './schema-profile.ts';

type ProfileRule = (profile: WrittenProfile, at: ConfigPath, report: Report) => void;

/** What a profile says can be done in a guest; `profile` of the top and of each image. */
export const profileRules: readonly SettingsRule[] = [
  proxyIsOne,
  mirrorsAreAddresses,
  ntpServersAreHosts,
  kernelArgumentsLeaveCloudInit,
  certificatesAreOnes,
  filesHavePlaces,
  scriptsHaveTexts,
  archivesHaveSums,
].map((rule) => onProfile(rule));

function onProfile(rule: ProfileRule): SettingsRule {
  return ({ profile }: WrittenImage, at, report) => {
    if (profile !== undefined) rule(profile, [...at, 'profile'], report);
  };
}

const withoutPassword =
  'Remove them: whoever has the image would have the password. Use a proxy that needs none for these machines.';

export function proxyIsOne({ proxy }: WrittenProfile, at: ConfigPath, report: Report): void {
  if (proxy === null || proxy === undefined) return;
  for (const key of ['http', 'https'] as const) {
    const url = proxy[key];
    if (url === null || url === undefined) continue;
    const path = [...at, 'proxy', key];
    const faultText = findUrlFault(url) ?? findPathFault(url);
    if (hasCredentials(url)) reportCredentials(report, path, url, withoutPassword);
    else if (faultText !== undefined)
      report(path, `${quote(url)} ${faultText}`, "Write it as 'http://proxy.example.org:3128'.");
  }
  for (const [index, entry] of (proxy.noProxy ?? []).entries()) {
    if (isExcluded(entry)) continue;
    const message = `${quote(entry)} is no host, domain or network; accepted: a host name, .example.org, an address or 10.0.0.0/8`;
    report([...at, 'proxy', 'noProxy', index], message);
  }
}

function findPathFault(url: string): string | undefined {
  const { pathname, search, hash } = new URL(url);
  return `${pathname}${search}${hash}` === '/' ? undefined : 'has a path; accepted: only a host and a port';
}

function isExcluded(entry: string): boolean {
  const host = entry.replace(/^\*?\./, '').replace(/:\d{1,5}$/, '');
  return entry === '*' || isHost(entry) || isHost(host) || isNetwork(entry);
}

function mirrorsAreAddresses({ mirrors }: WrittenProfile, at: ConfigPath, report: Report): void {
  if (mirrors === undefined) return;
  const addresses: [ConfigPath, string | null | undefined, MirrorUse][] = [
    [['apt'], mirrors.apt, 'base'],
    [['aptSecurity'], mirrors.aptSecurity, 'base'],
    [['docker'], mirrors.docker, 'base'],
    ...(mirrors.dnf ?? []).flatMap(({ baseurl, gpgkey }, index): typeof addresses => [
      [['dnf', index, 'baseurl'], baseurl, 'base'],
      [['dnf', index, 'gpgkey'], gpgkey, 'file'],
    ]),
  ];
  for (const [parts, url, use] of addresses) {
    if (url === null || url === undefined) continue;
    const path = [...at, 'mirrors', ...parts];
    const faultText = findMirrorFault(url, use);
    if (hasCredentials(url)) reportCredentials(report, path, url);
    else if (faultText !== undefined) report(path, `${quote(url)} ${faultText}`);
  }
  for (const twice of repeated((mirrors.dnf ?? []).map(({ id }) => id)))
    report([...at, 'mirrors', 'dnf'], `'${twice}' is named twice; accepted: each repository once`, 'Rename one.');
}

export function ntpServersAreHosts({ ntp }: WrittenProfile, at: ConfigPath, report: Report): void {
  for (const [index, server] of (ntp ?? []).entries()) {
    if (isHost(server)) continue;
    report([...at, 'ntp', index], `${quote(server)} is no host; accepted: a host name or an address`);
  }
  for (const twice of repeated(ntp ?? []))
    report([...at, 'ntp'], `'${twice}' is named twice; accepted: each server once`, 'Remove one.');
}

/** With `ds=` on the command line, cloud-init looks at nothing else and a node never sees its user data. */
function kernelArgumentsLeaveCloudInit({ kernelArguments }: WrittenProfile, at: ConfigPath, report: Report): void {
  for (const [index, argument] of (kernelArguments ?? []).entries()) {
    const name = /^(ds|autoinstall|inst\.[^=]+|ci\.ds|cloud-init)(=|$)/.exec(argument)?.[1];
    if (name === undefined) continue;
    const message = `${quote(argument)} would stay in every machine made of the image and turn its own data source off`;
    report([...at, 'kernelArguments', index], `${message}; accepted: arguments other than ${name}`, 'Remove it.');
  }
}

export function certificatesAreOnes({ caCertificates }: WrittenProfile, at: ConfigPath, report: Report): void {
  for (const [index, { name, pem, file }] of (caCertificates ?? []).entries()) {
    const path = [...at, 'caCertificates', index];
    if (pem === undefined && file === undefined) report(path, 'has no certificate; accepted: pem or file');
    if (pem !== undefined && name === undefined)
      report(path, 'has no name; accepted: a file name without .crt', "Give one, such as name: 'corp-root'.");
    const fault = pem === undefined ? undefined : findCertificateFault(pem);
    if (fault !== undefined) report([...path, file === undefined ? 'pem' : 'file'], fault.message, fault.hint);
  }
  for (const twice of repeated((caCertificates ?? []).flatMap(({ name }) => name ?? [])))
    report([...at, 'caCertificates'], `'${twice}' is named twice; accepted: each name once`, 'Rename one.');
}

function filesHavePlaces({ files }: WrittenProfile, at: ConfigPath, report: Report): void {
  for (const [index, { path, content, file }] of (files ?? []).entries()) {
    const here = [...at, 'files', index];
    const reason = findPlaceFault(path);
    if (reason !== undefined) report([...here, 'path'], `${quote(path)} ${reason}`);
    if (content === undefined && file === undefined) report(here, 'has no content; accepted: content or file');
    if (file === undefined) checkText(content, [...here, 'content'], report);
    refuseKeys(content, [...here, file === undefined ? 'content' : 'file'], report);
  }
  for (const twice of repeated((files ?? []).map(({ path }) => path)))
    report([...at, 'files'], `${quote(twice)} is named twice; accepted: each path once`, 'Remove one.');
}

function refuseKeys(content: string | undefined, path: ConfigPath, report: Report): void {
  if (content === undefined || !hasPrivateKey(content)) return;
  report(
    path,
    'holds a private key, which everybody who has the image would have; accepted: files without secrets',
    'Give it to the node when it boots, in its user data.',
  );
}

/** What is read from a file has been looked at. */
function checkText(content: string | undefined, path: ConfigPath, report: Report): void {
  if (content === undefined || (content.isWellFormed() && !content.includes('\0'))) return;
  const hint = 'Let the machine fetch what is no text, or write it in a script, encoded.';
  report(path, 'has a NUL character or half of a surrogate pair, which no text has; accepted: text', hint);
}

/** Places that are gone when the image boots, or that the build itself writes. */
const passing = /^\/(proc|sys|dev|run|tmp|var\/tmp)(\/|$)/;

function findPlaceFault(path: string): string | undefined {
  if (path.endsWith('/')) return 'is a folder; accepted: the path of a file';
  if (
    path
      .split('/')
      .slice(1)
      .some((part) => part === '' || part === '.' || part === '..')
  )
    return "has empty parts, '.' or '..'; accepted: a plain absolute path";
  if (path.split('/').some((part) => Buffer.byteLength(part) > longestNameBytes))
    return `has a name longer than ${longestNameBytes} bytes, which no file system holds; accepted: a shorter one`;
  return passing.test(path) ? 'does not stay in an image; accepted: a path on its disk' : undefined;
}

function scriptsHaveTexts({ scripts }: WrittenProfile, at: ConfigPath, report: Report): void {
  for (const when of ['pre', 'post'] as const) {
    const hooks = scripts?.[when] ?? [];
    for (const [index, { name, content, file }] of hooks.entries()) {
      const here = [...at, 'scripts', when, index];
      if (content === undefined && file === undefined) report(here, 'has no content; accepted: content or file');
      if (file === undefined) checkText(content, [...here, 'content'], report);
      refuseKeys(content, [...here, file === undefined ? 'content' : 'file'], report);
      if (content !== undefined && name === undefined)
        report(here, 'has no name; accepted: a file name', "Give one, such as name: '10-agent.sh'.");
    }
    for (const twice of repeated(hooks.flatMap(({ name }) => name ?? [])))
      report([...at, 'scripts', when], `'${twice}' is named twice; accepted: each name once`, 'Rename one.');
  }
}

function archivesHaveSums({ preload }: WrittenProfile, at: ConfigPath, report: Report): void {
  for (const [index, { reference, url, sha256 }] of (preload ?? []).entries()) {
    const here = [...at, 'preload', index];
    if (!isFullReference(reference))
      report(
        [...here, 'reference'],
        `${quote(reference)} names no registry; accepted: such as registry.k8s.io/pause:3.10`,
      );
    if (hasCredentials(url)) reportCredentials(report, [...here, 'url'], url);
    if (url !== undefined && sha256 === undefined)
      report(here, 'comes without a checksum; accepted: an archive whose SHA-256 is known', 'Give sha256.');
    if (url === undefined && sha256 !== undefined)
      report(here, 'has a checksum and no archive; accepted: url and sha256 together', 'Give url, or remove sha256.');
  }
  for (const twice of repeated((preload ?? []).map(({ reference }) => reference)))
    report([...at, 'preload'], `${quote(twice)} is named twice; accepted: each image once`, 'Remove one.');
}
