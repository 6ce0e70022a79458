import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.ts';
import { findingsOf, resolvedFrom } from './sample.ts';

const fixture = (name: string) => readFileSync(join(packageRoot(), 'test/fixtures/pem', name), 'utf8');
const root = fixture('corp-root.pem');
const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n';

const files = {
  'root.pem': root,
  'both.pem': `${root}${fixture('corp-proxy.pem')}`,
  'key.pem': key,
  'text.pem': 'hello\n',
  'cut.pem': `${root.slice(0, 200)}\n-----END CERTIFICATE-----\n`,
  'agent.sh': 'echo hello\n',
  binary: '\0\0',
};

/** A profile in YAML's flow style, and the paths that are wrong in it. */
const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['a proxy', '{proxy: {http: "http://proxy.corp:3128", noProxy: [localhost, 10.0.0.0/8, .internal, "fd00::/8"]}}', []],
  ['a proxy with a password', '{proxy: {http: "http://joe:hunter2@proxy:3128"}}', ['profile.proxy.http']],
  ['a proxy with a path', '{proxy: {https: "http://proxy.corp/x"}}', ['profile.proxy.https']],
  ['a proxy without a host name', '{proxy: {https: "http://pro_xy-:1"}}', ['profile.proxy.https']],
  ['a proxy of another kind', '{proxy: {https: "socks5://proxy"}}', ['profile.proxy.https']],
  ['a proxy with a port that is none', '{proxy: {https: "http://proxy:99999"}}', ['profile.proxy.https']],
  [
    'a network that is none',
    '{proxy: {http: "http://p", noProxy: [10.0.0.0/33, b_c]}}',
    ['profile.proxy.noProxy[0]', 'profile.proxy.noProxy[1]'],
  ],
  ['mirrors', '{mirrors: {apt: "http://m.corp/ubuntu", dnf: [{id: a, baseurl: "file:///mnt/r$releasever"}]}}', []],
  ['a mirror with a query', '{mirrors: {apt: "http://m.corp/ubuntu?x"}}', ['profile.mirrors.apt']],
  ['a mirror with a letter that no list holds', '{mirrors: {apt: "http://m.corp/ü"}}', ['profile.mirrors.apt']],
  [
    'a key with a query, and a folder with one',
    '{mirrors: {dnf: [{id: a, baseurl: "http://m/?x", gpgkey: "http://m/key?x"}]}}',
    ['profile.mirrors.dnf[0].baseurl'],
  ],
  ['a mirror without a host', '{mirrors: {apt: "http://-m/ubuntu"}}', ['profile.mirrors.apt']],
  ['a mirror with a password', '{mirrors: {docker: "https://a:hunter2@m/"}}', ['profile.mirrors.docker']],
  [
    'a repository twice',
    '{mirrors: {dnf: [{id: a, baseurl: "http://m/"}, {id: a, baseurl: "http://n/"}]}}',
    ['profile.mirrors.dnf'],
  ],
  ['NTP servers', '{ntp: [0.pool.ntp.org, 10.0.0.1, "fd00::1"]}', []],
  [
    'an NTP server that is no host',
    '{ntp: ["ntp server", -ntp, 10.0.0.256, a..b]}',
    [0, 1, 2, 3].map((i) => `profile.ntp[${i}]`),
  ],
  ['an NTP server twice', '{ntp: [a, a]}', ['profile.ntp']],
  [
    'a data source on the kernel command line',
    '{kernelArguments: [quiet, ds=nocloud]}',
    ['profile.kernelArguments[1]'],
  ],
  ['a kernel argument with a blank', '{kernelArguments: ["a b"]}', ['profile.kernelArguments[0]']],
  ['a kernel argument that GRUB would take apart', '{kernelArguments: [a=$b]}', ['profile.kernelArguments[0]']],
  [
    'a name that no file system holds',
    `{files: [{path: /etc/${'x'.repeat(256)}, content: hi}]}`,
    ['profile.files[0].path'],
  ],
  ['a certificate', '{caCertificates: [{file: root.pem}, {name: again, file: root.pem}]}', []],
  ['a certificate that is not there', '{caCertificates: [{file: none.pem}]}', ['profile.caCertificates[0].file']],
  ['a certificate that is none', '{caCertificates: [{file: text.pem}]}', ['profile.caCertificates[0].file']],
  ['a certificate cut short', '{caCertificates: [{file: cut.pem}]}', ['profile.caCertificates[0].file']],
  ['two certificates in one', '{caCertificates: [{file: both.pem}]}', ['profile.caCertificates[0].file']],
  ['a key for a certificate', '{caCertificates: [{file: key.pem}]}', ['profile.caCertificates[0].file']],
  ['a certificate twice', '{caCertificates: [{file: root.pem}, {file: root.pem}]}', ['profile.caCertificates']],
  ['a certificate without anything', '{caCertificates: [{name: a}]}', ['profile.caCertificates[0]']],
  [
    'a certificate both ways',
    '{caCertificates: [{name: a, pem: x, file: root.pem}]}',
    ['profile.caCertificates[0]', 'profile.caCertificates[0].file'],
  ],
  ['files', '{files: [{path: /etc/motd, content: hi, mode: "0600"}, {path: /opt/agent.sh, file: agent.sh}]}', []],
  ['a relative path', '{files: [{path: etc/motd, content: hi}]}', ['profile.files[0].path']],
  ['a path that climbs', '{files: [{path: /etc/../root/x, content: hi}]}', ['profile.files[0].path']],
  ['a folder', '{files: [{path: /etc/, content: hi}]}', ['profile.files[0].path']],
  ['a place that does not stay', '{files: [{path: /run/x, content: hi}]}', ['profile.files[0].path']],
  ['a mode that is none', '{files: [{path: /etc/x, content: hi, mode: "0899"}]}', ['profile.files[0].mode']],
  ['a mode that YAML made a number', '{files: [{path: /etc/x, content: hi, mode: 0644}]}', ['profile.files[0].mode']],
  ['a file twice', '{files: [{path: /etc/x, content: a}, {path: /etc/x, content: b}]}', ['profile.files']],
  ['a private key', '{files: [{path: /etc/x, file: key.pem}]}', ['profile.files[0].file']],
  ['a file that is no text', '{files: [{path: /etc/x, file: binary}]}', ['profile.files[0].file']],
  ['scripts', '{scripts: {pre: [{file: agent.sh}], post: [{name: a.sh, content: "true"}]}}', []],
  ['a script without a name', '{scripts: {post: [{content: "true"}]}}', ['profile.scripts.post[0]']],
  ['a script twice', '{scripts: {pre: [{file: agent.sh}, {file: agent.sh}]}}', ['profile.scripts.pre']],
  ['images', '{preload: [{reference: "registry.k8s.io/pause:3.10"}]}', []],
  ['an image without a registry', '{preload: [{reference: "pause:3.10"}]}', ['profile.preload[0].reference']],
  [
    'an image with a folder for a registry',
    '{preload: [{reference: "library/pause:3"}]}',
    ['profile.preload[0].reference'],
  ],
  ['an image that leads elsewhere', '{preload: [{reference: "r.io/../x:1"}]}', ['profile.preload[0].reference']],
  ['an archive without a checksum', '{preload: [{reference: "r.io/a:1", url: /a.tar}]}', ['profile.preload[0]']],
  ['an image twice', '{preload: [{reference: "r.io/a:1"}, {reference: "r.io/a:1"}]}', ['profile.preload']],
];

describe('config/rules-profile', () => {
  it.each(cases)('finds what is wrong with %s', async (_what, profile, paths) => {
    const findings = await findingsOf({ ...files, 'images.config.yaml': `profile: ${profile}\n` });
    expect(findings.map((line) => line.split(': ')[1])).toEqual(paths);
    for (const line of findings) expect(line).toMatch(/^images\.config\.yaml:1:\d+: profile.*accepted/);
    expect(findings.join()).not.toMatch(/hunter2|MC4CAQ/);
  });

  it('judges the profile of one image as well', async () => {
    const text = 'images:\n  web:\n    extends: ubuntu24\n    profile:\n      ntp: [-x]\n';
    expect(await findingsOf({ 'images.config.yaml': text })).toEqual([
      "images.config.yaml:5:13: images.web.profile.ntp[0]: '-x' is no host; accepted: a host name or an address.",
    ]);
  });

  it('refuses passwords by name anywhere, in words', async () => {
    const text = 'profile: {proxy: {http: "http://p", password: hunter2}}\nredhat: {activationKey: hunter2}\n';
    const findings = await findingsOf({ 'images.config.yaml': text });
    expect(findings).toHaveLength(2);
    expect(findings[0]).toContain('profile.proxy.password: a secret in the config file is refused');
    expect(findings[1]).toContain('Remove it and set RH_ACTIVATION_KEY, or RH_ACTIVATION_KEY_FILE');
    expect(findings.join()).not.toContain('hunter2');
  });
});

describe('config/read-references', () => {
  it('puts the texts of files into the config, by the folder the config is in', async () => {
    const text = 'profile: {caCertificates: [{file: certs/a.crt}], scripts: {post: [{file: agent.sh}]}}\n';
    const { config } = await resolvedFrom({ ...files, 'certs/a.crt': root, 'images.config.yaml': text });
    expect(config.imageDefaults.profile).toEqual({
      caCertificates: [{ name: 'a', file: 'certs/a.crt', pem: root }],
      scripts: { post: [{ name: 'agent.sh', file: 'agent.sh', content: 'echo hello\n' }] },
    });
  });
});
