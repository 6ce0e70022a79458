import type {
  Arch,
  ArtifactOrigin,
  BootstrapSource,
  ContainerdSource,
  CredentialProvider,
  ImageSource,
  ImageSpec,
  OsFamily,
} from './image-spec.ts';

/** One built-in image. Adding an operating system is adding a row. */
export interface CatalogRow {
  summary: string;
  os: ImageSpec['os'];
  arches: readonly Arch[];
  source: ImageSource;
  /** Smallest disk the source fits on with nodeadm's programs. */
  leastDiskGiB: number;
  /** `validated`: on AWS's list of supported systems; `works`: not on it, but built and booted by this project's tests. */
  support: { status: 'validated' | 'works'; reason: string };
  defaults: {
    provider: CredentialProvider;
    containerdSource: ContainerdSource;
    artifacts: ArtifactOrigin['kind'];
    diskGiB: number;
    hardwareMemoryMiB: number;
    guestOsType: string;
  };
}

export const debianMirror = 'http://deb.debian.org/debian';

function labRow(version: string, codename: BootstrapSource['suite']): CatalogRow {
  return {
    summary: `Debian ${version} made on this machine, for trying and for tests`,
    os: { family: 'debian', version, codename },
    arches: ['amd64'],
    // What the system itself is made of is known to src/lab/base; `packages` come on top.
    source: { kind: 'bootstrap', suite: codename, mirror: debianMirror, packages: [] },
    leastDiskGiB: 3,
    support: {
      status: 'works',
      reason: "Debian is not on AWS's list of systems for hybrid nodes; this image is for labs and tests",
    },
    defaults: {
      provider: 'iam-ra',
      containerdSource: 'distro',
      artifacts: 'mirror',
      diskGiB: 4,
      hardwareMemoryMiB: 2048,
      // Known from vSphere 7.0 U1 on; debian12_64Guest only from 8.0, debian13_64Guest later still, and the OVA names its devices itself.
      guestOsType: 'other5xLinux64Guest',
    },
  };
}

export const builtinImages = {
  'debian11-lab': labRow('11', 'bullseye'),
  'debian12-lab': labRow('12', 'bookworm'),
  'debian13-lab': labRow('13', 'trixie'),
} satisfies Record<string, CatalogRow>;

/** What holds for a user's image that extends no built-in one. */
export interface FamilyFacts {
  title: string;
  codenames: Readonly<Record<string, string>>;
  defaults: Pick<CatalogRow['defaults'], 'provider' | 'containerdSource' | 'artifacts'>;
  /** A source of containerd that cannot work there, with the reason. */
  refusedContainerd: Partial<Record<ContainerdSource, string>>;
  /** A credential provider that cannot work there, with the reason. */
  refusedProvider: Partial<Record<CredentialProvider, string>>;
  /** Whether this release has a recipe for it. */
  buildable: boolean;
}

/** nodeadm 1.0.19: internal/containerd/install.go, internal/packagemanager/packagemanager.go, internal/ssm. */
export const familyFacts = {
  debian: {
    title: 'Debian',
    codenames: { '11': 'bullseye', '12': 'bookworm', '13': 'trixie' },
    defaults: { provider: 'iam-ra', containerdSource: 'distro', artifacts: 'aws' },
    refusedContainerd: {
      docker: "nodeadm writes Ubuntu's Docker repository with Debian's release name, which does not exist",
    },
    refusedProvider: {
      ssm: "nodeadm's SSM steps know Ubuntu, RHEL and AL2023 only; on Debian 'nodeadm uninstall' waits for snap for ever",
    },
    buildable: true,
  },
  ubuntu: {
    title: 'Ubuntu',
    codenames: { '20.04': 'focal', '22.04': 'jammy', '24.04': 'noble' },
    defaults: { provider: 'ssm', containerdSource: 'distro', artifacts: 'aws' },
    refusedContainerd: {},
    refusedProvider: {},
    buildable: true,
  },
  rhel: {
    title: 'RHEL',
    codenames: { '8': 'ootpa', '9': 'plow' },
    defaults: { provider: 'ssm', containerdSource: 'docker', artifacts: 'aws' },
    refusedContainerd: { distro: 'RHEL has no containerd package; nodeadm refuses it' },
    refusedProvider: {},
    buildable: false,
  },
  al2023: {
    title: 'Amazon Linux 2023',
    codenames: { '2023': 'al2023' },
    defaults: { provider: 'ssm', containerdSource: 'distro', artifacts: 'aws' },
    refusedContainerd: { docker: 'Docker publishes no repository for AL2023; nodeadm refuses it' },
    refusedProvider: {},
    buildable: false,
  },
} satisfies Record<OsFamily, FamilyFacts>;
