import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../src/catalog/image-spec.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import { findAutoinstallFaults, ubuntuMajor } from '../../src/render/autoinstall/check.ts';
import { renderAutoinstall } from '../../src/render/autoinstall.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { builtinCells, cellFolder } from './cells.ts';
import { exampleProfile, exampleSpecs } from './example-specs.ts';
import { hostileText } from './hostile-text.ts';
import { readYamlSeed } from './read-seed.ts';

const templates = loadTemplates(packageRoot());
const cells = [...builtinCells, ...exampleSpecs].filter(
  ({ os, source }) => os.family === 'ubuntu' && source.kind === 'iso',
);
const sample = exampleSpecs.find((spec) => spec.name === 'ubuntu22-iso') as ImageSpec;

interface Action {
  id: string;
  type: string;
  flag?: string;
  grub_device?: boolean;
  size?: string | number;
  path?: string;
  fstype?: string;
}

interface Answers {
  [key: string]: unknown;
  storage: { swap: unknown; grub: unknown; config: Action[] };
  'user-data': { users: Record<string, unknown>[] };
  'late-commands': string[];
  'early-commands': string[];
  'error-commands': string[];
  apt: Record<string, unknown>;
}

function answersFor(spec: ImageSpec): Answers {
  const userData = renderAutoinstall(spec, templates).files.find(({ path }) => path.includes('user-data'));
  const read = readYamlSeed(userData?.content ?? '');
  expect(Object.keys(read)).toEqual(['autoinstall']);
  return read['autoinstall'] as Answers;
}

function variant(version: string, arch: ImageSpec['arch'], firmware: 'bios' | 'uefi'): Answers {
  return answersFor({ ...sample, arch, os: { ...sample.os, version }, build: { ...sample.build, firmware } });
}

/** Keys of subiquity 23.02, on the last medium of 20.04, and those of later ones that are used here. */
const oldKeys = [
  ...['version', 'early-commands', 'refresh-installer', 'locale', 'keyboard', 'timezone', 'network', 'proxy', 'apt'],
  ...['updates', 'ssh', 'storage', 'user-data', 'late-commands', 'error-commands'],
];

describe('render/autoinstall', () => {
  it('asks both mirrors, through the proxy unless both are reached without it', () => {
    const proxy = { http: 'http://proxy.corp:3128', https: null, noProxy: ['10.0.0.0/8', 'mirror.corp'] };
    const answersWith = (apt: string | null, aptSecurity: string | null) => {
      const mirrors = { ...sample.profile.mirrors, apt, aptSecurity };
      return answersFor({ ...sample, profile: { ...sample.profile, proxy, mirrors } });
    };
    const both = answersWith('http://mirror.corp/ubuntu', 'http://10.1.2.3/ubuntu');
    expect(both).toMatchObject({
      proxy: null,
      apt: { security: [{ arches: ['default'], uri: 'http://10.1.2.3/ubuntu' }] },
    });
    expect(answersWith('http://mirror.corp/ubuntu', null)).toMatchObject({ proxy: proxy.http });
    expect(answersWith(null, null)).toMatchObject({ proxy: proxy.http });
  });

  it.each(cells.map((spec) => [cellFolder(spec), spec] as const))('%s: what holds for all', (_, spec) => {
    const answers = answersFor(spec);
    expect(answers).toMatchObject({
      version: 1,
      locale: spec.locale,
      keyboard: { layout: spec.keyboard },
      timezone: spec.timezone,
      'refresh-installer': { update: false },
      updates: 'security',
      ssh: { 'install-server': true, 'allow-pw': false },
      network: { version: 2, ethernets: { any: { match: { name: 'en*' }, dhcp4: true, 'dhcp-identifier': 'mac' } } },
    });
    expect(answers.apt).toMatchObject({ preserve_sources_list: false, geoip: false });
    expect(answers.storage.swap).toEqual({ size: 0 });
    expect(answers.storage.grub).toEqual({ replace_linux_default: false, reorder_uefi: false });
    // Nobody is asked, nothing has a password.
    expect(answers).not.toHaveProperty('interactive-sections');
    expect(answers).not.toHaveProperty('identity');
    expect(JSON.stringify(answers)).not.toMatch(/passwd":(?!true)|password/);
    for (const commands of ['early-commands', 'late-commands', 'error-commands'] as const) {
      for (const command of answers[commands]) expect(command).toEqual(expect.any(String));
    }
  });

  it('makes one account with the key of the build', () => {
    expect(answersFor(sample)['user-data'].users).toEqual([
      {
        name: 'hnf-build',
        gecos: 'image build',
        lock_passwd: true,
        shell: '/bin/sh',
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: [expect.stringMatching(/^ssh-ed25519 /)],
      },
    ]);
  });

  it('gives each release only the keys its installer knows', () => {
    expect(Object.keys(variant('20.04', 'amd64', 'bios')).sort()).toEqual([...oldKeys].sort());
    expect(Object.keys(variant('22.04', 'amd64', 'bios')).sort()).toEqual([...oldKeys, 'source', 'drivers'].sort());
    expect(Object.keys(variant('24.04', 'amd64', 'bios')).sort()).toEqual(
      [...oldKeys, 'source', 'drivers', 'oem', 'kernel-crash-dumps'].sort(),
    );
    expect(variant('20.04', 'amd64', 'bios').apt).not.toHaveProperty('fallback');
    expect(variant('24.04', 'amd64', 'bios').apt).toMatchObject({ fallback: 'abort' });
  });

  it('uses a mirror and a proxy in the way the release knows', () => {
    const withProfile = { ...sample, profile: exampleProfile };
    expect(answersFor(withProfile)['proxy']).toBe('http://proxy.corp:3128');
    expect(answersFor(withProfile).apt).toMatchObject({
      'mirror-selection': { primary: [{ uri: 'http://mirror.corp/ubuntu' }] },
    });
    const focal = answersFor({ ...withProfile, os: { ...sample.os, version: '20.04' } });
    expect(focal.apt).toMatchObject({ primary: [{ arches: ['default'], uri: 'http://mirror.corp/ubuntu' }] });
  });

  // A loader for each firmware; subiquity checks that the one it runs on has its partition.
  it.each([
    ['amd64', 'bios', ['bios_grub', 'boot'], 'disk', /grub-efi-amd64-signed[\s\S]*x86_64-efi/],
    ['amd64', 'uefi', ['bios_grub', 'boot'], 'partition-esp', /grub-pc-bin[\s\S]*i386-pc/],
    ['arm64', 'uefi', ['boot'], 'partition-esp', /arm64-efi/],
  ] as const)('%s %s: partitions %j, loader on %s', (arch, firmware, flags, device, late) => {
    const answers = variant('24.04', arch, firmware);
    const { config } = answers.storage;
    expect(config.flatMap(({ flag }) => flag ?? [])).toEqual(flags);
    expect(config.filter((action) => action.grub_device === true).map(({ id }) => id)).toEqual([device]);
    expect(config.filter(({ type }) => type === 'mount').map(({ path }) => path)).toEqual(['/', '/boot/efi']);
    expect(config.filter(({ type }) => type === 'partition').at(-1)).toMatchObject({ id: 'partition-root', size: -1 });
    expect(config.some(({ fstype }) => fstype === 'swap')).toBe(false);
    const commands = answers['late-commands'].join('\n');
    expect(commands).toMatch(late);
    expect(commands).toMatch(/--removable/);
    expect(commands.includes('efibootmgr')).toBe(firmware === 'uefi');
  });

  it.each(['20.04', '22.04', '24.04'])(
    '%s: gives each partition its file system, mounted in order, before the root',
    (version) => {
      const partitions = [
        { mount: '/var', sizeGiB: 15 },
        { mount: '/var/lib/kubelet', sizeGiB: 4 },
        { mount: '/var/log', sizeGiB: 10 },
      ];
      const spec = { ...sample, os: { ...sample.os, version }, disk: { sizeGiB: 60, partitions } };
      const { config } = answersFor(spec).storage;
      const ofType = (wanted: string) => config.filter(({ type }) => type === wanted);
      expect(ofType('partition').map(({ id, size }) => `${id} ${size}`)).toEqual([
        'partition-bios 1M',
        'partition-esp 512M',
        'partition-var 15G',
        'partition-var-lib-kubelet 4G',
        'partition-var-log 10G',
        'partition-root -1',
      ]);
      expect(ofType('format').at(-1)).toEqual({
        id: 'format-var-log',
        type: 'format',
        fstype: 'ext4',
        volume: 'partition-var-log',
        preserve: false,
      });
      expect(ofType('mount').map(({ path }) => path)).toEqual([
        '/',
        '/boot/efi',
        '/var',
        '/var/lib/kubelet',
        '/var/log',
      ]);
      expect(ofType('mount').at(-1)).toMatchObject({ id: 'mount-var-log', device: 'format-var-log' });
      const check = { release: ubuntuMajor(version), arch: spec.arch, diskGiB: 60 };
      const answers = { autoinstall: answersFor(spec) };
      expect(findAutoinstallFaults(answers, check)).toEqual([]);
      expect(findAutoinstallFaults(answers, { ...check, diskGiB: 30 }).map(({ message }) => message)).toEqual([
        "'/' is left with 511 MiB of the disk, needed are 8192",
      ]);
    },
  );

  it('stops the SSH server of the installer, by socket as well, and says on the console when it fails', () => {
    const answers = answersFor(sample);
    expect(answers['early-commands'].join('\n')).toMatch(/stop ssh\.socket ssh\.service \|\| true/);
    expect(answers['error-commands'].join('\n')).toMatch(/curtin-install\.log[\s\S]*::installer-failed/);
  });

  it('has nothing a Go template would take for its own', () => {
    for (const spec of cells) {
      for (const { content } of renderAutoinstall(spec, templates).files) expect(content).not.toContain('{{');
    }
  });

  it('brings hostile text through as text', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (locale, timezone) => {
        const answers = answersFor({ ...sample, locale, timezone });
        expect([answers['locale'], answers['timezone']]).toEqual([locale, timezone]);
      }),
      { numRuns: 60 },
    );
  });
});
