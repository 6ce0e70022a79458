import type { BootstrapSource, ImageSpec } from '../../src/catalog/image-spec.ts';
import { emptyProfile, type Profile } from '../../src/catalog/profile.ts';

const labs = [
  ['debian11-lab', '11', 'bullseye'],
  ['debian12-lab', '12', 'bookworm'],
  ['debian13-lab', '13', 'trixie'],
] as const;

function labSpec(name: string, version: string, codename: BootstrapSource['suite']): ImageSpec {
  return {
    name,
    os: { family: 'debian', version, codename },
    arch: 'amd64',
    source: { kind: 'bootstrap', suite: codename, mirror: 'http://deb.debian.org/debian', packages: [] },
    builder: 'qemu',
    provider: 'iam-ra',
    kubernetes: '1.34.2',
    nodeadm: {
      version: '1.0.19',
      region: 'us-west-2',
      containerdSource: 'distro',
      artifacts: { kind: 'mirror' },
      timeoutMinutes: 20,
    },
    disk: { sizeGiB: 10 },
    packages: [],
    timezone: 'Etc/UTC',
    locale: 'C.UTF-8',
    keyboard: 'us',
    subscription: null,
    profile: emptyProfile,
    build: { cpus: 2, memoryMiB: 2048, firmware: 'uefi', sshTimeoutMinutes: 20 },
    hardware: { cpus: 2, memoryMiB: 4096, firmware: 'uefi', hardwareVersion: 15, guestOsType: 'debian12_64Guest' },
  };
}

/** A vendor's cloud image, on the other side of every condition: BIOS, AWS's own artifacts, SSM. */
const ubuntu: ImageSpec = {
  name: 'ubuntu24',
  os: { family: 'ubuntu', version: '24.04', codename: 'noble' },
  arch: 'amd64',
  source: {
    kind: 'cloudImage',
    url: 'https://cloud-images.ubuntu.com/releases/noble/release-20260801/ubuntu-24.04-server-cloudimg-amd64.img',
    checksum: `sha256:${'0123456789abcdef'.repeat(4)}`,
    template: null,
  },
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
  packages: ['chrony', 'nfs-common'],
  timezone: 'Europe/Berlin',
  locale: 'en_US.UTF-8',
  keyboard: 'us',
  subscription: null,
  profile: emptyProfile,
  build: { cpus: 4, memoryMiB: 4096, firmware: 'bios', sshTimeoutMinutes: 10 },
  hardware: { cpus: 2, memoryMiB: 4096, firmware: 'bios', hardwareVersion: 19, guestOsType: 'ubuntu64Guest' },
};

/** The other architecture. */
const ubuntuArm: ImageSpec = {
  ...ubuntu,
  name: 'ubuntu24-arm64',
  arch: 'arm64',
  source: {
    kind: 'cloudImage',
    url: 'https://cloud-images.ubuntu.com/releases/noble/release-20260801/ubuntu-24.04-server-cloudimg-arm64.img',
    checksum: `sha256:${'fedcba9876543210'.repeat(4)}`,
    template: null,
  },
  build: { ...ubuntu.build, firmware: 'uefi' },
};

const ubuntuIso: ImageSpec = {
  ...ubuntu,
  name: 'ubuntu22-iso',
  os: { family: 'ubuntu', version: '22.04', codename: 'jammy' },
  source: { kind: 'iso', url: null, checksum: null },
};

/** What an organisation may add; with a proxy and a mirror that the installer uses as well. */
export const exampleProfile: Profile = {
  ...emptyProfile,
  proxy: { http: 'http://proxy.corp:3128', https: 'http://proxy.corp:3128', noProxy: ['10.0.0.0/8'] },
  mirrors: { ...emptyProfile.mirrors, apt: 'http://mirror.corp/ubuntu', aptSecurity: 'http://mirror.corp/security' },
  preload: [{ reference: 'registry.k8s.io/pause:3.10', from: { kind: 'registry' } }],
};

const archivedImage: Profile['preload'][number] = {
  reference: 'registry.k8s.io/pause:3.10',
  from: { kind: 'archive', url: '/srv/pause.tar', sha256: '0f'.repeat(32) },
};

const rhel: ImageSpec = {
  ...ubuntu,
  name: 'rhel9-iso',
  os: { family: 'rhel', version: '9', codename: 'plow' },
  source: { kind: 'iso', url: '/media/rhel-9.6-x86_64-boot.iso', checksum: `sha256:${'0f'.repeat(32)}` },
  subscription: { kind: 'activation-key' },
};

const partitioned: ImageSpec['disk'] = {
  sizeGiB: 60,
  partitions: [
    { mount: '/var', sizeGiB: 10 },
    { mount: '/var/lib/containerd', sizeGiB: 20 },
  ],
};

const debianIso: ImageSpec = {
  ...labSpec('debian12-iso', '12', 'bookworm'),
  source: { kind: 'iso', url: null, checksum: null },
};

/** Every way the installer may get its packages, and what a kickstart takes from a profile. */
const rhelProfiles: readonly ImageSpec['profile'][] = [
  { ...emptyProfile, firewall: 'on', ntp: ['time.corp'], proxy: exampleProfile.proxy },
  { ...emptyProfile, firewall: 'off', mirrors: dnfMirrors() },
  { ...emptyProfile, proxy: exampleProfile.proxy, mirrors: dnfMirrors() },
];

function dnfMirrors(): Profile['mirrors'] {
  const repository = (id: string) => ({ id, baseurl: `http://mirror.example/${id}`, gpgkey: null });
  return { ...emptyProfile.mirrors, dnf: [repository('baseos'), repository('appstream')] };
}

const rhels: readonly ImageSpec[] = [rhel, { ...rhel, name: 'rhel8-iso', os: { ...rhel.os, version: '8' } }].flatMap(
  (spec) => [
    spec,
    {
      ...spec,
      name: `${spec.name}-dvd`,
      source: { kind: 'iso', url: null, checksum: null },
      subscription: { kind: 'user' },
    },
    { ...spec, name: `${spec.name}-partitions`, disk: partitioned },
    ...rhelProfiles.map((profile, index) => ({ ...spec, name: `${spec.name}-${index}`, profile })),
  ],
);

/** Fixed specs in which both sides of every condition of a template occur, whatever the catalog has. */
export const exampleSpecs: readonly ImageSpec[] = [
  ...labs.map(([name, version, codename]) => labSpec(name, version, codename)),
  ubuntu,
  ubuntuArm,
  { ...ubuntu, name: 'ubuntu24-given', source: { kind: 'cloudImage', url: null, checksum: null, template: null } },
  ubuntuIso,
  { ...ubuntuIso, name: 'ubuntu22-uefi', build: { ...ubuntu.build, firmware: 'uefi' }, profile: exampleProfile },
  { ...ubuntuIso, name: 'ubuntu24-arm64-iso', os: ubuntu.os, arch: 'arm64' },
  { ...ubuntuIso, name: 'ubuntu22-partitions', disk: partitioned },
  {
    ...ubuntuIso,
    name: 'ubuntu20-iso',
    os: { family: 'ubuntu', version: '20.04', codename: 'focal' },
    source: { kind: 'iso', url: 'https://example.org/focal.iso', checksum: 'file:https://example.org/SHA256SUMS' },
    profile: { ...exampleProfile, proxy: null, preload: [archivedImage] },
  },
  debianIso,
  {
    ...debianIso,
    name: 'debian12-iso-bios',
    build: { ...debianIso.build, firmware: 'bios' },
    profile: { ...emptyProfile, proxy: exampleProfile.proxy },
  },
  ...rhels,
];
