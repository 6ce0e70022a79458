import type { CatalogRow, VendorFile } from '../catalog-row.ts';
import type { Arch } from '../image-spec.ts';

/** Red Hat's downloads need an account: ISO_URL, CLOUD_IMAGE_URL and their checksums name them when an image is built. */
const files: Record<Arch, VendorFile> = {
  amd64: { url: null, checksum: null },
  arm64: { url: null, checksum: null },
};

function rhelRow(version: '8' | '9', codename: string): CatalogRow {
  const provenance = {
    page: `https://access.redhat.com/downloads/content/rhel (RHEL ${version}: Binary DVD, KVM Guest Image)`,
    date: '2026-11-21',
  };
  return {
    summary: `Red Hat Enterprise Linux ${version}`,
    os: { family: 'rhel', version, codename },
    sources: {
      iso: {
        builders: ['qemu', 'vsphere-iso'],
        files,
        leastDiskGiB: 14,
        leastDiskBasis: 'an estimate: in none of the sources read',
        provenance,
      },
      cloudImage: {
        builders: ['qemu', 'vsphere-clone'],
        files,
        leastDiskGiB: 12,
        leastDiskBasis:
          "an estimate above the 10 GiB of the guest image's own disk, which is from general knowledge: in none of the sources read",
        provenance,
      },
    },
    preferredSource: 'iso',
    lab: false,
    defaults: {
      provider: 'ssm',
      containerdSource: 'docker',
      artifacts: 'aws',
      locale: 'en_US.UTF-8',
      diskGiB: 20,
      hardwareMemoryMiB: 4096,
      guestOsType: `rhel${version}_64Guest`,
    },
  };
}

export const rhelRows = { rhel8: rhelRow('8', 'ootpa'), rhel9: rhelRow('9', 'plow') } satisfies Record<
  string,
  CatalogRow
>;
