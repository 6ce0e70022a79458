import type { CatalogRow, VendorFile } from '../catalog-row.ts';
import type { Arch } from '../image-spec.ts';

/** One release: the installers it is pinned to and the dated folder of its cloud images. */
interface Release {
  version: string;
  codename: string;
  iso: Record<Arch, VendorFile>;
  /** `release-20260926` of cloud-images.ubuntu.com. */
  cloudRelease: string;
  isoPage: string;
  /** What of the cloud images was not seen in public repositories. */
  cloudDoubt?: string;
}

const looked = '2026-11-21';

function ubuntuRow({ version, codename, iso, cloudRelease, isoPage, cloudDoubt }: Release): CatalogRow {
  const folder = `https://cloud-images.ubuntu.com/releases/${codename}/${cloudRelease}`;
  const file = (name: string): VendorFile => ({ url: `${folder}/${name}`, checksum: `file:${folder}/SHA256SUMS` });
  return {
    summary: `Ubuntu ${version} LTS`,
    os: { family: 'ubuntu', version, codename },
    sources: {
      iso: {
        builders: ['qemu', 'vsphere-iso'],
        files: iso,
        leastDiskGiB: 12,
        leastDiskBasis: 'an estimate: in none of the sources read',
        provenance: { page: isoPage, date: looked },
      },
      cloudImage: {
        builders: ['qemu', 'vsphere-clone'],
        files: {
          amd64: file(`ubuntu-${version}-server-cloudimg-amd64.img`),
          arm64: file(`ubuntu-${version}-server-cloudimg-arm64.img`),
        },
        vsphereFiles: { amd64: file(`ubuntu-${version}-server-cloudimg-amd64.ova`) },
        leastDiskGiB: 10,
        leastDiskBasis: "peers' builds of cloud images give them 10 GB or more",
        provenance: { page: `${folder}/`, date: looked, ...(cloudDoubt === undefined ? {} : { doubt: cloudDoubt }) },
      },
    },
    preferredSource: 'iso',
    lab: false,
    defaults: {
      provider: 'ssm',
      containerdSource: 'distro',
      artifacts: 'aws',
      locale: 'en_US.UTF-8',
      diskGiB: 20,
      hardwareMemoryMiB: 4096,
      guestOsType: 'ubuntu64Guest',
    },
  };
}

/** arm64 stopped at 20.04.5. Sums as published; each seen in two or more public repositories (packer templates, box catalogs). */
const focal: Release = {
  version: '20.04',
  codename: 'focal',
  iso: {
    amd64: {
      url: 'https://releases.ubuntu.com/focal/ubuntu-20.04.6-live-server-amd64.iso',
      checksum: 'sha256:b8f31413336b9393ad5d8ef0282717b2ab19f007df2e9ed5196c13d8f9153c8b',
    },
    arm64: {
      url: 'https://cdimage.ubuntu.com/releases/focal/release/ubuntu-20.04.5-live-server-arm64.iso',
      checksum: 'sha256:e42d6373dd39173094af5c26cbf2497770426f42049f8b9ea3e60ce35bebdedf',
    },
  },
  cloudRelease: 'release-20250624',
  cloudDoubt:
    'Ubuntu 20.04: the folder of the cloud images was seen, the names of its files are those of other releases',
  isoPage: 'https://releases.ubuntu.com/focal/',
};

const jammy: Release = {
  version: '22.04',
  codename: 'jammy',
  iso: {
    amd64: {
      url: 'https://releases.ubuntu.com/jammy/ubuntu-22.04.5-live-server-amd64.iso',
      checksum: 'sha256:9bc6028870aef3f74f4e16b900008179e78b130e6b0b9a140635434a46aa98b0',
    },
    arm64: {
      url: 'https://cdimage.ubuntu.com/releases/jammy/release/ubuntu-22.04.5-live-server-arm64.iso',
      checksum: 'sha256:eafec62cfe760c30cac43f446463e628fada468c2de2f14e0e2bc27295187505',
    },
  },
  cloudRelease: 'release-20261004',
  cloudDoubt:
    'Ubuntu 22.04: of the cloud images the one for amd64 was seen; arm64 and OVA have the names of other releases',
  isoPage: 'https://releases.ubuntu.com/jammy/',
};

const noble: Release = {
  version: '24.04',
  codename: 'noble',
  iso: {
    amd64: {
      url: 'https://releases.ubuntu.com/24.04.5/ubuntu-24.04.5-live-server-amd64.iso',
      checksum: 'sha256:97f3d7ffb032c3eb3b23d2c8be9cc76e60c2c1f2c0146ba5ba9fe01cafae0fd8',
    },
    // No second sighting of a sum for this one: the publisher's own list decides.
    arm64: {
      url: 'https://cdimage.ubuntu.com/releases/24.04.5/release/ubuntu-24.04.5-live-server-arm64.iso',
      checksum: 'file:https://cdimage.ubuntu.com/releases/24.04.5/release/SHA256SUMS',
    },
  },
  cloudRelease: 'release-20260926',
  cloudDoubt: 'Ubuntu 24.04: of the cloud images those for QEMU were seen; the OVA has the name of other releases',
  isoPage: 'https://releases.ubuntu.com/24.04.5/',
};

export const ubuntuRows = {
  ubuntu20: ubuntuRow(focal),
  ubuntu22: ubuntuRow(jammy),
  ubuntu24: ubuntuRow(noble),
} satisfies Record<string, CatalogRow>;
