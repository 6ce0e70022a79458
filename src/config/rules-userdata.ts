import { quote } from './findings.ts';
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
  const text = JSON.stringify(userdata.cloudConfig ?? {});
  if (!hasPrivateKey(text) && !/"(plain_text_passwd|password)":/.test(text)) return;
  report(
    ['userdata', 'cloudConfig'],
    'holds a password or a private key, and a secret in the config file is refused',
    'Keep it in a file that only you can read, and name that with cloudConfigFile.',
  );
}
