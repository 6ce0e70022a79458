import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { findingsOf, folderWith } from './sample.ts';

const faultyYaml = `kubernets: "1.34"
kubernetes: 1.30
provider: smm
vsphere:
  server: https://joe:hunter2@vcenter.example.org/sdk
  password: hunter2
build:
  cpus: 0
  sshTimeout: 5
images:
  Web_1: {}
  web:
    extends: debian12-labb
  db:
    extends: debian12-lab
    provider: ssm
    disk: {sizeGiB: 2}
    nodeadm:
      containerdSource: docker
      version: 1.0.17
  x1: { extends: x2 }
  x2: { extends: x1 }
  debian13-lab:
    timezone: Europe/Berln
    packages: [jq, jq]
  up:
    os: { family: ubuntu, version: "24.04" }
    source: { kind: cloudImage, url: "https://example.org/x.img", checksum: none }
output:
  formats: [ova, vmdk]
`;

describe('config/load', () => {
  it('reports everything wrong with a YAML file in one run, each with line and column', async () => {
    expect((await findingsOf({ 'images.config.yaml': faultyYaml })).join('\n')).toMatchSnapshot();
  });

  it('never shows a secret that somebody wrote into the file', async () => {
    expect((await findingsOf({ 'images.config.yaml': faultyYaml })).join('\n')).not.toContain('hunter2');
  });

  it('reports the same for JSON', async () => {
    const text = '{\n\t"kubernetes": 1.34,\n\t"images": {\n\t\t"web": { "extendz": "debian12-lab" }\n\t}\n}\n';
    expect(await findingsOf({ 'images.config.json': text })).toEqual([
      "images.config.json:2:16: kubernetes: 1.34 is a number with a fraction; accepted: text. Write it in quotes: '1.34'.",
      "images.config.json:4:12: images.web.extendz: unknown key 'extendz'; accepted here: extends, os, source, kubernetes, provider, arch, builder, nodeadm, disk, packages, timezone, locale, keyboard, subscription, hardware, profile, build; did you mean 'extends'?",
    ]);
  });

  it.each([
    ['images.config.json', '{\n  "kubernetes": "1.34",\n}', /^images\.config\.json:3:1: no valid JSON: /],
    ['images.config.json', '{', /^images\.config\.json:1:2: no valid JSON: /],
    ['images.config.json', '{ // no\n}', /^images\.config\.json:1:3: no valid JSON: /],
    ['images.config.json', '{"arch": "amd64", "arch": "arm64"}', /^images\.config\.json:1:19: .*[Uu]nique/],
    ['images.config.yaml', 'images:\n  web: {\n', /^images\.config\.yaml:\d+:\d+: /],
    ['images.config.yml', 'arch: amd64\narch: arm64\n', /^images\.config\.yml:2:1: .*[Uu]nique/],
    ['images.config.yaml', 'build:\n\tcpus: 2\n', /^images\.config\.yaml:\d+:\d+: /],
    ['images.config.yaml', 'images: &a\n  web: *a\n', /^images\.config\.yaml.*: /],
    [
      'images.config.yaml',
      `a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
`,
      /aliases cannot be resolved/,
    ],
    ['images.config.yaml', '1: x\n', /^images\.config\.yaml:1:1: 1: unknown key '1'/],
    ['images.config.yaml', '__proto__: {arch: x}\n', /^images\.config\.yaml:1:1: __proto__: unknown key/],
    ['images.config.yaml', '- a\n- b\n', /^images\.config\.yaml:1:1: .*accepted: a group of keys/],
  ])('places a syntax error in %s: %j', async (name, text, expected) => {
    const [first] = await findingsOf({ [name]: text });
    expect(first).toMatch(expected);
  });

  it('takes an empty YAML file for an empty config', async () => {
    expect(await findingsOf({ 'images.config.yaml': '# nothing yet\n' })).toEqual([]);
  });

  it('reads the value at an alias and places it', async () => {
    const text = 'images:\n  a: &a { extends: debian12-lab, disk: { sizeGiB: 1 } }\n  b: *a\n';
    const findings = await findingsOf({ 'images.config.yaml': text });
    expect(findings.map((line) => line.split(' ')[0])).toEqual(['images.config.yaml:2:51:', 'images.config.yaml:3:6:']);
  });

  it('finds the nearest config upwards', async () => {
    const cwd = folderWith({ 'images.config.yaml': 'arch: amd64\n', 'deep/er/.keep': '' });
    const loaded = await loadConfig({ cwd: join(cwd, 'deep/er') });
    expect(loaded.path).toBe(join(cwd, 'images.config.yaml'));
    expect(loaded.file).toBe('../../images.config.yaml');
    expect(loaded.written).toEqual({ arch: 'amd64' });
  });

  it('works without any config', async () => {
    const loaded = await loadConfig({ cwd: folderWith({}) });
    expect(loaded).toMatchObject({ path: undefined, written: {}, findings: [] });
  });

  it('refuses two configs side by side', async () => {
    const cwd = folderWith({ 'images.config.yaml': '', 'images.config.json': '{}' });
    await expect(loadConfig({ cwd })).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('images.config.yaml, images.config.json'),
    });
  });

  it.each([
    ['nowhere.yaml', 'config.not-found', "the config 'nowhere.yaml' does not exist"],
    ['folder', 'config.not-found', "the config 'folder' is not a file"],
    [
      'images.toml',
      'config.invalid',
      "the config 'images.toml' has an unknown kind; accepted: .ts, .yaml, .yml, .json",
    ],
  ])('refuses --config %s', async (configFile, code, message) => {
    const cwd = folderWith({ 'folder/x': '', 'images.toml': '' });
    await expect(loadConfig({ cwd, configFile })).rejects.toMatchObject({ code, message });
  });
});
