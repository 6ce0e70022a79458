import type { CatalogRow, VendorFile } from '../catalog-row.ts';

const root = 'https://cdn.amazonlinux.com/al2023/os-images';

/**
 * Releases whose files were seen in public repositories: those for amd64 in their dated folder, the one for arm64 in `latest/kvm-arm64`,
 * which leads to the folder of its date.
 */
const seen = { amd64: '2023.12.20260909.0', arm64: '2023.12.20260917.1' } as const;

function file(release: string, folder: string, name: string): VendorFile {
  const address = `${root}/${release}/${folder}`;
  return {
    url: `${address}/al2023-${name}.xfs.gpt.${folder === 'vmware' ? 'ova' : 'qcow2'}`,
    checksum: `file:${address}/SHA256SUMS`,
  };
}

/** No installer exists; the OVA is for x86-64 only. https://docs.aws.amazon.com/linux/al2023/ug/outside-ec2-download.html */
const al2023: CatalogRow = {
  summary: 'Amazon Linux 2023 for virtual machines outside EC2',
  os: { family: 'al2023', version: '2023', codename: 'al2023' },
  sources: {
    cloudImage: {
      builders: ['qemu', 'vsphere-clone'],
      files: {
        amd64: file(seen.amd64, 'kvm', `kvm-${seen.amd64}-kernel-6.1-x86_64`),
        arm64: file(seen.arm64, 'kvm-arm64', `kvm-${seen.arm64}-kernel-6.1-arm64`),
      },
      vsphereFiles: { amd64: file(seen.amd64, 'vmware', `vmware_esx-${seen.amd64}-kernel-6.1-x86_64`) },
      leastDiskGiB: 25,
      leastDiskBasis: "the size of the images' own disks, from general knowledge: in none of the sources read",
      provenance: {
        page: 'https://docs.aws.amazon.com/linux/al2023/ug/outside-ec2-download.html',
        date: '2026-11-21',
        doubt: "AL2023: the dated folder of the arm64 image is inferred from its file name, which was seen in 'latest'",
      },
    },
  },
  preferredSource: 'cloudImage',
  lab: false,
  defaults: {
    provider: 'ssm',
    containerdSource: 'distro',
    artifacts: 'aws',
    locale: 'C.UTF-8',
    diskGiB: 30,
    hardwareMemoryMiB: 4096,
    guestOsType: 'amazonlinux3_64Guest',
    // The OVA is made for BIOS.
    firmware: { 'vsphere-clone': 'bios' },
  },
};

export const al2023Rows = { al2023 } satisfies Record<string, CatalogRow>;
