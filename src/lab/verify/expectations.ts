import type { ContainerdSource, CredentialProvider, Firmware, Partition } from '../../catalog/image-spec.ts';
import type { HardwareName } from '../qemu/hardware.ts';

/** What the image was asked to be. */
export interface VerifyExpectations {
  /** Patch version without `v`, e.g. `1.34.2`. */
  kubernetes: string;
  /** Without `v`, e.g. `1.0.19`. */
  nodeadm: string;
  provider: CredentialProvider;
  containerdSource: ContainerdSource;
  /** Image identity that /etc/hybrid-node-release must carry. */
  identity: string;
  /** cloud-init's datasource_list, in order. */
  datasourceList: readonly string[];
  /** File systems beside the root; absent: none were asked for. */
  partitions?: readonly Partition[];
  /** Version that `containerd --version` must show; any when absent. */
  containerd?: string;
  /** Kernel release must start with this; any when absent. */
  kernel?: string;
  /** Limit for /var/log; default 1024 KiB. */
  maxLogKiB?: number;
  /** Users that only exist while an image is built; default `defaultBuildUsers`. */
  buildUsers?: readonly string[];
  /** Failed units that do not matter, with the reason; added to `harmlessUnits`. */
  allowedFailedUnits?: Readonly<Record<string, string>>;
}

/** What the machine of this boot was. */
export interface BootFacts {
  hardware: HardwareName;
  firmware: Firmware;
  /** Virtual size of the overlay: larger than the artifact, so that growing shows. */
  diskBytes: number;
}

export const defaultBuildUsers: readonly string[] = [
  'hnf-build',
  'hnf',
  'packer',
  'builder',
  'vagrant',
  'ubuntu',
  'ec2-user',
];

/** Units that fail in this boot for a reason that is not the image's. */
export const harmlessUnits: Readonly<Record<string, string>> = {
  'open-vm-tools.service': 'no VMware host here',
  'vmtoolsd.service': 'no VMware host here',
  'vgauth.service': 'no VMware host here',
  'systemd-networkd-wait-online.service': 'the network here leads nowhere on purpose',
  'systemd-timesyncd.service': 'no time server here',
  'chronyd.service': 'no time server here',
  'apt-daily.service': 'no mirror here',
  'apt-daily-upgrade.service': 'no mirror here',
};
