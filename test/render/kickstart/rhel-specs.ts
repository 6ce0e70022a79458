import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { emptyProfile, type Profile } from '../../../src/catalog/profile.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import {
  fillKickstart,
  type KickstartValues,
  sampleKickstartValues,
} from '../../../src/render/kickstart/fill-kickstart.ts';
import { renderKickstart } from '../../../src/render/kickstart/render-kickstart.ts';
import type { InstallEnd } from '../../../src/render/kickstart/view.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';

export const templates = loadTemplates(packageRoot());

export function rhelSpec(
  version: '8' | '9',
  changes: Partial<ImageSpec> = {},
  profile: Partial<Profile> = {},
): ImageSpec {
  return {
    name: `rhel${version}`,
    os: { family: 'rhel', version, codename: version === '8' ? 'ootpa' : 'plow' },
    arch: 'amd64',
    source: { kind: 'iso', url: null, checksum: null },
    builder: 'qemu',
    provider: 'ssm',
    kubernetes: '1.34.2',
    nodeadm: {
      version: '1.0.20',
      region: 'eu-central-1',
      containerdSource: 'docker',
      artifacts: { kind: 'aws' },
      timeoutMinutes: 30,
    },
    disk: { sizeGiB: 20 },
    packages: [],
    timezone: 'Etc/UTC',
    locale: 'en_US.UTF-8',
    keyboard: 'us',
    subscription: { kind: 'activation-key' },
    profile: { ...emptyProfile, ...profile },
    build: { cpus: 2, memoryMiB: 4096, firmware: 'uefi', sshTimeoutMinutes: 60 },
    hardware: { cpus: 2, memoryMiB: 4096, firmware: 'uefi', hardwareVersion: 15, guestOsType: 'rhel9_64Guest' },
    ...changes,
  };
}

export const bootIso: ImageSpec['source'] = {
  kind: 'iso',
  url: 'file:///isos/rhel-9.6-x86_64-boot.iso',
  checksum: null,
};

const proxy: Profile['proxy'] = { http: 'http://proxy.corp:3128', https: 'http://proxy.corp:3129', noProxy: ['.corp'] };
const dnf: Profile['mirrors']['dnf'] = [
  { id: 'appstream', baseurl: 'http://mirror.corp/appstream', gpgkey: null },
  { id: 'rhel-baseos', baseurl: 'https://mirror.example/$releasever/baseos', gpgkey: null },
  { id: 'extras', baseurl: 'http://mirror.example/extras', gpgkey: null },
  { id: 'local', baseurl: 'file:///srv/repo', gpgkey: null },
];

/** Nested, so that their order matters; with the two that SELinux needs a word about. */
export const partitions: NonNullable<ImageSpec['disk']['partitions']> = [
  { mount: '/var', sizeGiB: 15 },
  { mount: '/var/lib/containerd', sizeGiB: 20 },
  { mount: '/var/log', sizeGiB: 5 },
  { mount: '/var/log/audit', sizeGiB: 2 },
];

/** Both sides of every condition of both majors' templates. */
export const rhelSpecs: Readonly<Record<string, ImageSpec>> = Object.fromEntries(
  (['8', '9'] as const).flatMap((version) => [
    [`rhel${version} dvd`, rhelSpec(version)],
    [`rhel${version} arm64`, rhelSpec(version, { arch: 'arm64' }, { firewall: 'off' })],
    [
      `rhel${version} boot ISO`,
      rhelSpec(version, { source: bootIso, timezone: 'Europe/Berlin', keyboard: 'de' }, { firewall: 'on', proxy }),
    ],
    [
      `rhel${version} mirrors`,
      rhelSpec(
        version,
        { source: bootIso, subscription: { kind: 'none' } },
        {
          proxy,
          mirrors: { ...emptyProfile.mirrors, dnf },
          ntp: ['a.corp', 'b.corp'],
          firewall: 'on',
          cni: 'calico',
          kernelArguments: ['audit=1', 'mitigations=auto'],
        },
      ),
    ],
    [`rhel${version} partitions`, rhelSpec(version, { disk: { sizeGiB: 60, partitions } })],
    [`rhel${version} partitions arm64`, rhelSpec(version, { arch: 'arm64', disk: { sizeGiB: 60, partitions } })],
    [`rhel${version} boot ISO without proxy`, rhelSpec(version, { source: bootIso })],
  ]),
);

/** What the installer reads. */
export function kickstartOf(
  spec: ImageSpec,
  end?: InstallEnd,
  values: KickstartValues = sampleKickstartValues,
): string {
  const [file] = renderKickstart(spec, templates, end).files;
  return fillKickstart(file?.content ?? '', values);
}
