import type { Platform } from './types.ts';

/** A file of a vendor, and the vendor's own list of checksums. */
export interface Release {
  url: string;
  /** `sha256sum` output, or the bare digest. */
  sumsUrl: string;
  /** Absent: the file is the program. */
  archive?: { format: 'zip' | 'tar.gz'; member: string };
}

/**
 * Where vendors publish. A download is checked against the checksum file that the vendor publishes beside it, fetched over https in the
 * same run: that guards against damage and against a mirror that serves something else, not against the vendor.
 * Sources: https://releases.hashicorp.com/packer/, https://github.com/hashicorp/packer-plugin-qemu/releases and …-vsphere/releases,
 * https://github.com/vmware/govmomi/releases, https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-nodeadm.html
 */
const releases: Readonly<Record<string, (version: string, platform: Platform) => Release | undefined>> = {
  packer: (version, { os, arch }) => {
    const base = `https://releases.hashicorp.com/packer/${version}`;
    return {
      url: `${base}/packer_${version}_${os}_${arch}.zip`,
      sumsUrl: `${base}/packer_${version}_SHA256SUMS`,
      archive: { format: 'zip', member: 'packer' },
    };
  },
  'packer-plugin-qemu': (version, platform) => packerPlugin('packer-plugin-qemu', version, platform),
  'packer-plugin-vsphere': (version, platform) => packerPlugin('packer-plugin-vsphere', version, platform),
  govc: (version, { os, arch }) => {
    const base = `https://github.com/vmware/govmomi/releases/download/v${version}`;
    const system = { linux: 'Linux', darwin: 'Darwin' }[os];
    const processor = { amd64: 'x86_64', arm64: 'arm64' }[arch];
    return {
      url: `${base}/govc_${system}_${processor}.tar.gz`,
      sumsUrl: `${base}/checksums.txt`,
      archive: { format: 'tar.gz', member: 'govc' },
    };
  },
  nodeadm: (version, { os, arch }) => {
    if (os !== 'linux') return undefined;
    const url = `https://hybrid-assets.eks.amazonaws.com/releases/v${version}/bin/linux/${arch}/nodeadm`;
    return { url, sumsUrl: `${url}.sha256` };
  },
};

export function findRelease(tool: string, version: string, platform: Platform): Release | undefined {
  return releases[tool]?.(version, platform);
}

/** File names of Packer plugins carry the plugin protocol, x5.0. */
function packerPlugin(name: string, version: string, { os, arch }: Platform): Release {
  const base = `https://github.com/hashicorp/${name}/releases/download/v${version}/${name}_v${version}`;
  const file = `${name}_v${version}_x5.0_${os}_${arch}`;
  return {
    url: `https://github.com/hashicorp/${name}/releases/download/v${version}/${file}.zip`,
    sumsUrl: `${base}_SHA256SUMS`,
    archive: { format: 'zip', member: file },
  };
}

/** The digest of `file` in a vendor's checksum file; undefined when it is not listed. Pure. */
export function findSum(sums: string, file: string): string | undefined {
  for (const line of sums.split('\n')) {
    const [digest = '', name] = line.trim().split(/\s+\*?/);
    if (/^[0-9a-f]{64}$/i.test(digest) && (name === undefined || name === file)) return digest.toLowerCase();
  }
  return undefined;
}
