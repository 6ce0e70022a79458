import type { Json, JsonMap, PayloadHost } from './types.ts';

/**
 * Network configuration, version 2, that every renderer of cloud-init turns into the same: netplan, networkd, NetworkManager, sysconfig.
 * - Only netplan and networkd know patterns in `match.name`; the others take the entry's key for the name of the card. So the card is found
 *   by its MAC address and gets the key's name by `set-name`, or the key is its name.
 * - The default route is written as a network: `default` is unknown to netplan before 0.103, and `gateway4` is deprecated after.
 * Undefined: nothing is said, and cloud-init asks DHCP on the first card.
 * @see https://docs.cloud-init.io/en/latest/reference/network-config-format-v2.html
 */
export function buildNetworkConfig(host: PayloadHost): JsonMap | undefined {
  const { ip, gateway, dns = [], search = [] } = host;
  if (ip === undefined && dns.length === 0 && search.length === 0) return undefined;
  const card = findCard(host);
  const nameservers = {
    ...(dns.length === 0 ? {} : { addresses: dns }),
    ...(search.length === 0 ? {} : { search }),
  };
  const settings: Record<string, Json> = {
    ...card.match,
    dhcp4: ip === undefined,
    dhcp6: false,
    ...(ip === undefined ? {} : { addresses: [ip] }),
    ...(gateway === undefined ? {} : { routes: [{ to: '0.0.0.0/0', via: gateway }] }),
    ...(Object.keys(nameservers).length === 0 ? {} : { nameservers }),
  };
  return { version: 2, ethernets: { [card.key]: settings } };
}

/** True where only netplan and networkd will find the card. */
export function needsPattern(host: PayloadHost): boolean {
  return host.mac === undefined && host.interface === undefined && buildNetworkConfig(host) !== undefined;
}

/** Matches en…, eth…; networkd reads a pattern in the key as well. */
const anyCard = 'e*';

function findCard({ mac, interface: card }: PayloadHost): { key: string; match: Record<string, Json> } {
  if (mac !== undefined) {
    const key = card ?? 'eth0';
    return { key, match: { match: { macaddress: mac }, 'set-name': key } };
  }
  return card === undefined ? { key: anyCard, match: { match: { name: anyCard } } } : { key: card, match: {} };
}
