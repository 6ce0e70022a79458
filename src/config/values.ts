/** The closed sets of words a config may use. Unions are derived from these arrays. */
export const arches = ['amd64', 'arm64'] as const;
export const credentialProviders = ['ssm', 'iam-ra'] as const;
export const containerdSources = ['distro', 'docker', 'none'] as const;
export const firmwares = ['bios', 'uefi'] as const;
export const imageFormats = ['qcow2', 'raw', 'ova', 'vsphere'] as const;
export const builderKinds = ['qemu', 'vsphere-iso', 'vsphere-clone'] as const;
export const platforms = ['qemu', 'vsphere'] as const;
export const osFamilies = ['debian', 'ubuntu', 'rhel', 'al2023'] as const;
export const sourceKinds = ['iso', 'cloudImage', 'bootstrap'] as const;
export const sourceWords = ['iso', 'cloud-image', 'bootstrap'] as const;
export const subscriptionKinds = ['activation-key', 'user', 'none'] as const;
export const artifactKinds = ['aws', 'mirror'] as const;
export const firewallModes = ['on', 'off', 'vendor'] as const;
export const cniNames = ['cilium', 'calico'] as const;
export const hardeningLevels = ['none', 'baseline'] as const;
export const gpuKinds = ['none', 'nvidia'] as const;
export const cpuBaselines = ['x86-64-v2', 'x86-64-v3', 'armv8.2-a'] as const;
export const accelerators = ['auto', 'kvm', 'hvf', 'tcg'] as const;
export const debianSuites = ['bullseye', 'bookworm', 'trixie'] as const;

export const redhatVersions = ['8', '9'] as const;

export type RedhatVersion = (typeof redhatVersions)[number];
export type Accelerator = (typeof accelerators)[number];
