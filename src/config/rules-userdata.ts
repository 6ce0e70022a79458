import { type ConfigPath, formatPath, quote } from './findings.ts';
import { isHostName, isIpv4, isIpv6 } from './host-name.ts';
import { hasPrivateKey } from './pem.ts';
import { type Report, type Rule, repeated } from './rule.ts';
import { certificatesAreOnes, ntpServersAreHosts, proxyIsOne } from './rules-profile.ts';
import type { WrittenConfig } from './schema.ts';

/** What the payloads of machines have in common can be done. */
export const userdataRules: readonly Rule[] = [
  sharedWithProfiles,
  serversAreAddresses,
  cloudConfigIsOne,
  keysArePublic,
  noSecretsInCloudConfig,
];

function sharedWithProfiles({ userdata = {} }: WrittenConfig, report: Report): void {
  for (const rule of [proxyIsOne, ntpServersAreHosts, certificatesAreOnes]) rule(userdata, ['userdata'], report);
}

function serversAreAddresses({ userdata = {} }: WrittenConfig, report: Report): void {
  const { gateway, dns = [], search = [] } = userdata;
  if (gateway !== undefined && !isIpv4(gateway))
    report(['userdata', 'gateway'], `${quote(gateway)} is no address; accepted: an IPv4 address`);
  for (const [at, server] of dns.entries()) {
    if (isIpv4(server) || isIpv6(server)) continue;
    report(['userdata', 'dns', at], `${quote(server)} is no address; accepted: the address of a DNS server`);
  }
  for (const [at, domain] of search.entries()) {
    if (!isHostName(domain))
      report(['userdata', 'search', at], `${quote(domain)} is no domain; accepted: a DNS domain`);
  }
}

function cloudConfigIsOne({ userdata = {}, access = {} }: WrittenConfig, report: Report): void {
  if (userdata.cloudConfig !== undefined && userdata.cloudConfigFile !== undefined)
    report(['userdata', 'cloudConfigFile'], 'stands beside cloudConfig; accepted: one of them');
  if (access.authorizedKeys !== undefined && access.authorizedKeysFile !== undefined)
    report(['access', 'authorizedKeysFile'], 'stands beside authorizedKeys; accepted: one of them');
}

function keysArePublic({ access = {} }: WrittenConfig, report: Report): void {
  const keys = access.authorizedKeys ?? [];
  for (const [at, key] of keys.entries()) {
    const fault = findKeyFault(key);
    if (fault !== undefined) report(['access', 'authorizedKeys', at], fault);
  }
  for (const twice of repeated(keys))
    report(['access', 'authorizedKeys'], `${quote(twice)} is named twice; accepted: each key once`, 'Remove one.');
}

/** What is wrong with a line that should be a public key; undefined when nothing is. A private key is not quoted. */
export function findKeyFault(key: string): string | undefined {
  if (hasPrivateKey(key)) return "is a private key; accepted: the public one, the file that ends with '.pub'";
  const kinds = 'ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\\.com';
  const isKey = new RegExp(`(^|[ ,"])(${kinds}) [A-Za-z0-9+/]{16,}={0,3}( |$)`).test(key);
  return isKey ? undefined : `${quote(key)} is no public key; accepted: such as 'ssh-ed25519 AAAA… me@example.org'`;
}

/** The config is read by everybody who has the checkout. */
function noSecretsInCloudConfig({ userdata = {} }: WrittenConfig, report: Report): void {
  const [place] = listSecrets(userdata.cloudConfig ?? {}, []);
  if (place === undefined) return;
  report(
    ['userdata', 'cloudConfig'],
    `holds a password or a private key (${formatPath(place)}), and a secret in the config file is refused`,
    'Keep it in a file that only you can read, and name that with cloudConfigFile.',
  );
}

/** Keys of cloud-init's modules under which secrets stand. A hash is one as well: who has it can try passwords against it. */
const secretKey = /^(plain_text_passwd|password|passwd|hashed_passwd|token|activation[-_]key)$/;

function listSecrets(value: unknown, path: ConfigPath): ConfigPath[] {
  if (typeof value === 'string') return hasPrivateKey(value) || isPasswordList(value, path) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((item: unknown, at) => listSecrets(item, [...path, at]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    secretKey.test(key) && typeof item === 'string' && !isNoSecret(item)
      ? [[...path, key]]
      : listSecrets(item, [...path, key]),
  );
}

/** Locked, or made up by the machine. */
function isNoSecret(text: string): boolean {
  return /^([!*]*|R|RANDOM)$/.test(text);
}

/** `chpasswd.list`: lines, or a list of them, `name:password`. */
function isPasswordList(text: string, path: ConfigPath): boolean {
  if (path[0] !== 'chpasswd' || path[1] !== 'list') return false;
  return text.split('\n').some((line) => line.includes(':') && !isNoSecret(line.replace(/^[^:]*:/, '').trim()));
}
