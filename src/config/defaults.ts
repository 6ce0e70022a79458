/** What holds when neither a flag, the environment nor the config file says anything. */
export const defaults = {
  kubernetes: '1.34.2',
  arch: 'amd64',
  builder: 'qemu',
  timezone: 'Etc/UTC',
  locale: 'en_US.UTF-8',
  keyboard: 'us',
  nodeadm: { version: '1.0.19', timeoutMinutes: 20 },
  disk: { sizeGiB: 20 },
  build: { accelerator: 'auto', cpus: 2, memoryMiB: 2048, firmware: 'bios', sshTimeoutMinutes: 20 },
  hardware: {
    cpus: 2,
    memoryMiB: 4096,
    firmware: 'uefi',
    hardwareVersion: 15,
    guestOsType: 'other5xLinux64Guest',
  },
  bootstrapMirror: 'http://deb.debian.org/debian',
  cluster: { region: 'us-west-2' },
  iamRolesAnywhere: { certificatePath: '/etc/iam/pki/server.pem', privateKeyPath: '/etc/iam/pki/server.key' },
  output: { directory: 'out', formats: ['qcow2'] },
  cache: { directory: '~/.cache/hybrid-node-factory', maxGiB: 50 },
  iso: { allowUnverified: false },
  cloudImage: { allowUnverified: false },
  vsphere: { insecure: false },
  /** `catalog/profile.ts` has the same as `emptyProfile`; null and empty are left to it. */
  profile: {
    mirrors: { keep: false },
    firewall: 'vendor',
    cni: 'cilium',
    hardening: 'none',
    gpu: 'none',
  },
} as const;

/** Settings whose default is each image's own; above is what holds for an image that says nothing. */
export const ownToEachImage: readonly string[] = [
  'provider',
  'locale',
  'subscription',
  'nodeadm.artifacts',
  'nodeadm.containerdSource',
  'disk.sizeGiB',
  'build.memoryMiB',
  'build.firmware',
  'build.sshTimeoutMinutes',
  'hardware.memoryMiB',
  'hardware.firmware',
  'hardware.guestOsType',
];
