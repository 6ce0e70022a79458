import type { BootstrapSource, ImageSpec } from '../../src/catalog/image-spec.ts';

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
  },
  build: { ...ubuntu.build, firmware: 'uefi' },
};

/** Fixed specs whose rendered trees are the goldens; both branches of every condition occur. */
export const exampleSpecs: readonly ImageSpec[] = [
  ...labs.map(([name, version, codename]) => labSpec(name, version, codename)),
  ubuntu,
  ubuntuArm,
];
