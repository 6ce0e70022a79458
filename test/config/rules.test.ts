import { describe, expect, it } from 'vitest';
import { findMountFault, mountPoints } from '../../src/config/mount-points.ts';
import { isTimeZone } from '../../src/config/time-zone.ts';
import { findingsOf } from './sample.ts';

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['a format named twice', 'output: {formats: [ova, ova]}', ['output.formats']],
  ['a package named twice', 'packages: [jq, jq]', ['packages']],
  ['an unknown time zone', 'timezone: Berlin', ['timezone']],
  ['an ISO without a checksum', 'iso: {url: "https://example.org/x.iso"}', ['iso.url']],
  [
    'a password in a URL',
    'iso: {url: "https://joe:hunter2@example.org/x.iso", checksum: "sha256:CHECKSUM"}',
    ['iso.url'],
  ],
  ['a disk image without a checksum', 'cloudImage: {url: "https://example.org/x.img"}', ['cloudImage.url']],
  ['an ISO that nobody checks', 'iso: {url: "https://example.org/x.iso", checksum: none}', ['iso.checksum']],
  ['nothing where that was asked for', 'iso: {url: "https://example.org/x.iso", allowUnverified: true}', []],
  ['nothing in an ISO on the vCenter, which has no sum', 'iso: {url: "[ds1] iso/ubuntu.iso"}', []],
  ['an unknown locale', 'locale: de_DE', ['locale']],
  ['an unknown locale of one image', 'images: {web: {extends: ubuntu24, locale: klingon}}', ['images.web.locale']],
  ['an unknown keyboard layout', 'keyboard: german', ['keyboard']],
  ['locales, layouts', 'locale: ca_ES@valencia\nkeyboard: latam', []],
  [
    'a password in the address of a source',
    'images: {web: {extends: ubuntu24, source: {kind: iso, url: "https://joe:hunter2@example.org/x.iso", checksum: "sha256:CHECKSUM"}}}',
    ['images.web.source.url'],
  ],
  [
    'a vCenter that is no host',
    'vsphere: {server: "vc_1.example.org", esxiHost: "esx 1"}',
    ['vsphere.server', 'vsphere.esxiHost'],
  ],
  [
    'nothing in hosts of all kinds',
    'vsphere: {server: "[fd00::1]:8443", esxiHost: "DC0_C0/DC0_C0_H0"}\niso: {url: "https://10.0.0.1:8443/x.iso", checksum: "file:https://[::1]/SHA256SUMS"}',
    [],
  ],
  [
    'addresses without a host',
    'cloudImage: {url: "http://-/x.img", checksum: "file:https://x..y/SUMS"}\nimages: {web: {extends: ubuntu24, source: {kind: iso, url: "https:///x.iso", checksum: "sha256:CHECKSUM"}}}',
    ['cloudImage.url', 'cloudImage.checksum', 'images.web.source.url'],
  ],
  [
    'a mirror without a host',
    'images: {lab: {extends: debian12-lab, source: {kind: bootstrap, mirror: "http://-x/debian"}}}',
    ['images.lab.source.mirror'],
  ],
  [
    'text that no file has',
    'profile: {files: [{path: /etc/x, content: "a\\0b"}], scripts: {post: [{name: x, content: "\\0"}]}}',
    ['profile.files[0].content', 'profile.scripts.post[0].content'],
  ],
  ['a name on two lines', 'redhat: {username: "a\\nb"}', ['redhat.username']],
  [
    'partitions that are none, all at once',
    'disk: {partitions: [{mount: var, sizeGiB: 4}, {mount: /opt/, sizeGiB: 0}, {mount: /home, sizeGiB: 1.5}, {mount: /home, sizeGiB: 1}]}',
    [
      'disk.partitions',
      'disk.partitions[0].mount',
      'disk.partitions[1].mount',
      'disk.partitions[1].sizeGiB',
      'disk.partitions[2].sizeGiB',
    ],
  ],
  ['nothing', 'output: {formats: [ova, raw]}\ntimezone: Europe/Kyiv', []],
];

describe('config/rules', () => {
  it.each(cases)('finds %s', async (_what, text, paths) => {
    const findings = await findingsOf({ 'images.config.yaml': text.replace('CHECKSUM', '0'.repeat(64)) });
    expect(findings.map((line) => line.split(': ')[1])).toEqual(paths);
    expect(findings.join()).not.toContain('hunter2');
  });

  it('blames the variable or the flag a value came from', async () => {
    const env = await findingsOf({}, { PACKER_OUTPUT_FORMAT: 'ova,ova' });
    expect(env).toEqual([
      "environment variable PACKER_OUTPUT_FORMAT: output.formats: 'ova' is named twice; accepted: each format once. Remove one.",
    ]);
    const flag = await findingsOf({}, {}, { format: 'raw,raw' });
    expect(flag).toEqual([
      "flag --format: output.formats: 'raw' is named twice; accepted: each format once. Remove one.",
    ]);
  });
});

describe('config/rules-profile', () => {
  it('refuses a private key in a script as it does in a file', async () => {
    const content = '"-----BEGIN PRIVATE KEY-----\\nhunter2"';
    const text = `profile: {files: [{path: /etc/x, content: ${content}}], scripts: {pre: [{name: x, content: ${content}}]}}`;
    const findings = await findingsOf({ 'images.config.yaml': text });
    expect(findings.map((line) => line.split(': ')[1])).toEqual([
      'profile.files[0].content',
      'profile.scripts.pre[0].content',
    ]);
    expect(findings.join()).not.toContain('hunter2');
  });
});

describe('config/rules-userdata', () => {
  it.each([
    ['users: [{name: x, passwd: $6$hunter2}]', 'users[0].passwd'],
    ['users: [{name: x, hashed_passwd: $6$hunter2}]', 'users[0].hashed_passwd'],
    ['password: hunter2', 'password'],
    ['chpasswd: {list: "a:RANDOM\\nroot:hunter2"}', 'chpasswd.list'],
    ['chpasswd: {list: ["root:hunter2"]}', 'chpasswd.list[0]'],
    ['chpasswd: {users: [{name: root, password: hunter2, type: text}]}', 'chpasswd.users[0].password'],
    ['rh_subscription: {activation-key: hunter2}', 'rh_subscription.activation-key'],
    ['ubuntu_advantage: {token: hunter2}', 'ubuntu_advantage.token'],
    ['write_files: [{content: "-----BEGIN PRIVATE KEY-----\\nhunter2"}]', 'write_files[0].content'],
  ])('refuses {%s} and says where', async (cloudConfig, place) => {
    const findings = await findingsOf({ 'images.config.yaml': `userdata: {cloudConfig: {${cloudConfig}}}` });
    expect(findings).toEqual([expect.stringContaining(`holds a password or a private key (${place}), and a secret`)]);
    expect(findings.join()).not.toContain('hunter2');
  });

  it.each([
    'users: [{name: x, passwd: "!", lock_passwd: true}, {name: y, passwd: "*"}]',
    'chpasswd: {expire: false, list: "root:RANDOM\\nx:R"}',
    'write_files: [{path: /etc/x, content: "password: see the vault"}]',
    'password: ""',
  ])('lets {%s} be', async (cloudConfig) => {
    expect(await findingsOf({ 'images.config.yaml': `userdata: {cloudConfig: {${cloudConfig}}}` })).toEqual([]);
  });
});

describe('config/mount-points', () => {
  it.each([
    ['/', 'is there without being asked for'],
    ['/boot/efi', 'is made as the boot loaders need it'],
    ['swap', 'kubelet does not start beside it'],
    ['var/log', 'is no absolute path'],
    ['/var//log', "has empty parts, '.' or '..' in it"],
    ['/var/log/', "; did you mean '/var/log'?"],
    ['/usr', 'cannot be a file system of its own here'],
    ['', 'is no absolute path'],
    ['constructor', 'is no absolute path'],
  ])('refuses %j with the reason and what is accepted', (mount, words) => {
    expect(findMountFault(mount)).toContain(words);
    expect(findMountFault(mount)).toContain('; accepted: /home, /opt, /srv, /tmp, /var, ');
  });

  it('accepts its own', () => {
    for (const mount of mountPoints.keys()) expect(findMountFault(mount)).toBeUndefined();
  });
});

describe('config/rules-region', () => {
  it('says what was meant', async () => {
    const text = 'locale: en_US.utf8\nkeyboard: latm\ntimezone: Europe/Berln';
    expect(await findingsOf({ 'images.config.yaml': text })).toEqual([
      "images.config.yaml:1:9: locale: unknown locale 'en_US.utf8'; accepted: a UTF-8 locale as glibc spells it, such as en_US.UTF-8 or C.UTF-8; did you mean 'en_US.UTF-8'?",
      "images.config.yaml:2:11: keyboard: unknown keyboard layout 'latm'; accepted: a layout of XKB without a variant, such as us or de; did you mean 'latam'?",
      "images.config.yaml:3:11: timezone: unknown time zone 'Europe/Berln'; accepted: a name of the tz database, such as Etc/UTC or Europe/Berlin; did you mean 'Europe/Berlin'?",
    ]);
  });
});

describe('config/time-zone', () => {
  it.each([
    'Etc/UTC',
    'UTC',
    'Europe/Berlin',
    'Europe/Kyiv',
    'Europe/Kiev',
    'Asia/Kolkata',
    'America/Argentina/Ushuaia',
    'Etc/GMT+5',
  ])('knows %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['', 'Berlin', 'europe/berlin', '+02:00', 'Europe/Berln', 'Europe/Berlin ', '../etc/passwd', '$(id)'])(
    'refuses %j',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );
});
