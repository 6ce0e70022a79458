import type { CatalogRow } from '../catalog-row.ts';
import type { BootstrapSource } from '../image-spec.ts';

export const debianMirror = 'http://deb.debian.org/debian';

const labDefaults = {
  provider: 'iam-ra',
  containerdSource: 'distro',
  artifacts: 'mirror',
  locale: 'C.UTF-8',
  diskGiB: 4,
  hardwareMemoryMiB: 2048,
  // Known from vSphere 7.0 U1 on; debian12_64Guest only from 8.0, debian13_64Guest later still, and the OVA names its devices itself.
  guestOsType: 'other5xLinux64Guest',
} as const satisfies CatalogRow['defaults'];

function labRow(version: string, codename: BootstrapSource['suite']): CatalogRow {
  return {
    summary: `Debian ${version} made on this machine, for trying and for tests`,
    os: { family: 'debian', version, codename },
    sources: {
      bootstrap: {
        builders: ['qemu'],
        arches: ['amd64'],
        leastDiskGiB: 3,
        leastDiskBasis: 'builds of the lab images fill about 1.5 GiB',
        suite: codename,
        mirror: debianMirror,
        provenance: { page: 'https://www.debian.org/mirror/list', date: '2026-11-21' },
      },
    },
    preferredSource: 'bootstrap',
    lab: true,
    defaults: labDefaults,
  };
}

/** The installer itself is the package's kernel and initrd, put on an ISO when an image is built: url and checksum stay null. */
const netinst: CatalogRow = {
  summary: "Debian 12 installed by Debian's own installer, to try the installer's way without a licence",
  os: { family: 'debian', version: '12', codename: 'bookworm' },
  sources: {
    iso: {
      builders: ['qemu'],
      files: { amd64: { url: null, checksum: null } },
      leastDiskGiB: 4,
      leastDiskBasis: 'as the lab images, and what the installer adds',
      provenance: {
        page: 'https://packages.debian.org/bookworm/debian-installer-12-netboot-amd64 (20230607+deb12u15)',
        date: '2026-11-21',
      },
    },
  },
  preferredSource: 'iso',
  lab: true,
  defaults: { ...labDefaults, diskGiB: 6 },
};

export const debianRows = {
  'debian11-lab': labRow('11', 'bullseye'),
  'debian12-lab': labRow('12', 'bookworm'),
  'debian13-lab': labRow('13', 'trixie'),
  'debian12-netinst': netinst,
} satisfies Record<string, CatalogRow>;
