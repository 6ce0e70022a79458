import type { BaseSpec, BaseSuite } from './spec.ts';

interface SuiteFacts {
  /** Packages that other suites have inside another package, or not at all. */
  packages: readonly string[];
  /** cloud-init asks these, in this order. */
  datasources: readonly string[];
  /** COMPRESS of initramfs-tools. */
  initramfsCompression: 'gzip' | 'zstd';
  /** /bin, /sbin and /lib have to be made symbolic links to those in /usr before the first package is unpacked. */
  mergeUsr: boolean;
}

const datasources = ['NoCloud', 'ConfigDrive', 'VMware', 'OVF', 'None'];

const current: SuiteFacts = {
  packages: ['systemd-resolved', 'zstd'],
  datasources,
  initramfsCompression: 'zstd',
  mergeUsr: false,
};

const suiteFacts = {
  bullseye: {
    packages: [],
    // cloud-init 20.4 has no VMware source yet (it came with 21.3) and reports an unknown name as an error.
    datasources: datasources.filter((name) => name !== 'VMware'),
    // initramfs-tools 0.140 calls zstd with level 19, a minute of CPU time for every initramfs.
    initramfsCompression: 'gzip',
    // Debian's installer and cloud images of that time have it so, and kubelet's unit calls /sbin/iptables.
    mergeUsr: true,
  },
  bookworm: current,
  trixie: current,
} satisfies Record<BaseSuite, SuiteFacts>;

const commonPackages = [
  ...['systemd', 'systemd-sysv', 'dbus', 'udev', 'libpam-systemd', 'systemd-timesyncd', 'kmod', 'procps', 'less'],
  ...['linux-image-amd64', 'initramfs-tools', 'fdisk', 'e2fsprogs'],
  ...['grub2-common', 'grub-pc-bin', 'grub-efi-amd64-bin', 'grub-efi-amd64-signed', 'shim-signed'],
  ...['cloud-init', 'cloud-guest-utils', 'netplan.io', 'open-vm-tools', 'qemu-guest-agent'],
  ...['openssh-server', 'sudo', 'curl', 'ca-certificates', 'iproute2', 'iputils-ping'],
  // kubelet's unit runs it before every start; here it costs nothing, in the node layer minutes of emulation.
  'iptables',
] as const;

/** What is asked for by name, sorted; dependencies come on top. No container runtime: `nodeadm install` brings it. */
export function planPackages(spec: BaseSpec): string[] {
  return [...new Set([...commonPackages, ...suiteFacts[spec.suite].packages, ...spec.extraPackages])].sort();
}

export function planInitramfsCompression(suite: BaseSuite): string {
  return suiteFacts[suite].initramfsCompression;
}

export function planMergeUsr(suite: BaseSuite): boolean {
  return suiteFacts[suite].mergeUsr;
}

export function planDatasources(suite: BaseSuite): readonly string[] {
  return suiteFacts[suite].datasources;
}

/** The security suite is kept beside the main archive by every mirror that has it: `…/debian` → `…/debian-security`. */
export function securityMirror(mirror: string): string {
  return `${mirror}-security`;
}

/** The archive's signatures are checked with Debian's own keys only, whatever else this machine trusts. */
export const archiveKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The lines apt works with during the installation. */
export function planSources(spec: BaseSpec): string[] {
  const from = `deb [signed-by=${archiveKeyring}]`;
  return [
    `${from} ${spec.mirror} ${spec.suite} main`,
    `${from} ${spec.mirror} ${spec.suite}-updates main`,
    `${from} ${securityMirror(spec.mirror)} ${spec.suite}-security main`,
  ];
}
