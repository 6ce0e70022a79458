import { networkKeys } from './network-keys.ts';
import {
  either,
  flag,
  listOf,
  map,
  matching,
  none,
  oneOf,
  required,
  type Shape,
  since,
  text,
  texts,
  whole,
} from './shape.ts';
import { storageKeys } from './storage-keys.ts';

/** Each a line for a shell, or a program with its arguments. */
const commands = listOf(either(text, texts));

const install = map({ install: flag });

const mirror = map({ uri: text, arches: texts });

/**
 * Keys of the answers, as the installer documents them. Its own JSON schema accepts any other key at the top and in most places below it,
 * and then it reads past it: this table does not. A key without a release is known to all of ours.
 * https://canonical-subiquity.readthedocs-hosted.com/en/latest/reference/autoinstall-reference.html
 */
export const autoinstallKeys = map({
  version: required(whole),
  'interactive-sections': texts,
  'early-commands': commands,
  'late-commands': commands,
  'error-commands': commands,
  reporting: { kind: 'names', of: { kind: 'any' } },
  'user-data': { kind: 'any' },
  packages: texts,
  'debconf-selections': text,
  locale: matching(/^[A-Za-z_]+(\.[A-Za-z0-9-]+)?(@[a-z]+)?$/),
  timezone: text,
  keyboard: map({ layout: required(text), variant: text, toggle: either(text, none) }),
  'refresh-installer': map({ update: flag, channel: text }),
  kernel: map({ package: text, flavor: text }),
  'kernel-crash-dumps': since(24, map({ enabled: required(either(flag, none)) })),
  source: since(22, map({ id: text, search_drivers: flag })),
  network: networkKeys,
  proxy: either(matching(/^https?:\/\/\S+$/), none),
  apt: map({
    preserve_sources_list: flag,
    geoip: flag,
    primary: listOf(mirror),
    'mirror-selection': since(22, map({ primary: listOf(either(oneOf('country-mirror'), mirror)) })),
    fallback: since(22, oneOf('abort', 'continue-anyway', 'offline-install')),
    sources: { kind: 'names', of: map({ source: text, key: text, keyid: text, keyserver: text, filename: text }) },
    disable_components: listOf(oneOf('universe', 'multiverse', 'restricted', 'contrib', 'non-free')),
    disable_suites: texts,
    preferences: listOf(map({ package: required(text), pin: required(text), 'pin-priority': required(whole) })),
    security: listOf(mirror),
    conf: text,
    http_proxy: text,
    https_proxy: text,
  }),
  storage: storageKeys,
  identity: map({
    username: required(text),
    hostname: required(text),
    password: required(text),
    realname: text,
    groups: texts,
  }),
  ssh: map({ 'install-server': flag, 'authorized-keys': texts, 'allow-pw': flag }),
  snaps: listOf(map({ name: required(text), channel: text, classic: flag })),
  'active-directory': since(24, map({ 'admin-name': text, 'domain-name': text })),
  codecs: since(22, install),
  drivers: since(22, install),
  oem: since(24, map({ install: required(either(flag, oneOf('auto'))) })),
  'ubuntu-advantage': map({ token: text }),
  'ubuntu-pro': since(24, map({ token: text })),
  updates: oneOf('security', 'all'),
  shutdown: oneOf('reboot', 'poweroff'),
});

/** The file around it. */
export const userDataKeys: Shape = map({ autoinstall: required(autoinstallKeys) });
