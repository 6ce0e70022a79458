/** The closed sets of words a config may use. Unions are derived from these arrays. */
export const arches = ['amd64', 'arm64'] as const;
export const credentialProviders = ['ssm', 'iam-ra'] as const;
export const containerdSources = ['distro', 'docker', 'none'] as const;
export const firmwares = ['bios', 'uefi'] as const;
export const imageFormats = ['qcow2', 'raw', 'ova'] as const;
export const osFamilies = ['debian', 'ubuntu', 'rhel', 'al2023'] as const;
export const sourceKinds = ['bootstrap', 'cloudImage'] as const;
export const artifactKinds = ['aws', 'mirror'] as const;
export const accelerators = ['auto', 'kvm', 'hvf', 'tcg'] as const;
export const debianSuites = ['bullseye', 'bookworm', 'trixie'] as const;

export type Accelerator = (typeof accelerators)[number];
