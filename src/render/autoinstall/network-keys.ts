import { flag, type Key, listOf, map, oneOf, required, type Shape, text, texts, whole } from './shape.ts';

const dhcpOverrides = map({
  'use-dns': flag,
  'use-ntp': flag,
  'send-hostname': flag,
  'use-hostname': flag,
  'use-mtu': flag,
  hostname: text,
  'use-routes': flag,
  'route-metric': whole,
  'use-domains': text,
});

const common: Readonly<Record<string, Shape | Key>> = {
  dhcp4: flag,
  dhcp6: flag,
  'dhcp-identifier': oneOf('mac', 'duid'),
  'dhcp4-overrides': dhcpOverrides,
  'dhcp6-overrides': dhcpOverrides,
  addresses: texts,
  nameservers: map({ addresses: texts, search: texts }),
  routes: listOf(map({ to: required(text), via: required(text), metric: whole, 'on-link': flag })),
  'accept-ra': flag,
  'link-local': texts,
  mtu: whole,
  optional: flag,
  critical: flag,
  macaddress: text,
};

const ethernet = map({
  ...common,
  match: map({ name: text, macaddress: text, driver: text }),
  'set-name': text,
  wakeonlan: flag,
});

/**
 * netplan's format, as far as an image's installer needs it; netplan and cloud-init read past a misspelt key.
 * https://netplan.readthedocs.io/en/stable/netplan-yaml/
 */
export const networkKeys = map({
  version: required(whole),
  renderer: oneOf('networkd', 'NetworkManager'),
  ethernets: { kind: 'names', of: ethernet },
  vlans: { kind: 'names', of: map({ ...common, id: required(whole), link: required(text) }) },
});
