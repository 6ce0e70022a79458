import type { JsonValue } from '../core/hash.ts';

export type Arch = 'amd64' | 'arm64';
export type CredentialProvider = 'ssm' | 'iam-ra';
export type ContainerdSource = 'distro' | 'docker' | 'none';
export type Firmware = 'bios' | 'uefi';
export type BuilderKind = 'qemu';
export type ImageFormat = 'qcow2' | 'raw' | 'ova';
export type OsFamily = 'debian' | 'ubuntu' | 'rhel' | 'al2023';

/** An unprivileged mmdebstrap tree, made on this machine: no ISO, no licence, no download of a disk. */
export interface BootstrapSource {
  kind: 'bootstrap';
  suite: 'bullseye' | 'bookworm' | 'trixie';
  mirror: string;
  packages: readonly string[];
}

/** A vendor's disk image with cloud-init in it. */
export interface CloudImageSource {
  kind: 'cloudImage';
  /** `https://…`, `file:///…` or an absolute path; qcow2, raw or VMDK. */
  url: string;
  /** `sha256:<64 hex>`. */
  checksum: string;
}

export type ImageSource = BootstrapSource | CloudImageSource;

/** Where `nodeadm install` gets nodeadm itself and the node's programs. */
export type ArtifactOrigin =
  /** hybrid-assets.eks.amazonaws.com, as AWS publishes them. */
  | { kind: 'aws' }
  /** Our artifact mirror: collected or built on this machine and served while the image is built. */
  | { kind: 'mirror' };

/** Everything that decides what an image is; complete and read-only. Its canonical JSON is a part of the image's identity. */
export interface ImageSpec {
  name: string;
  os: { family: OsFamily; version: string; codename: string };
  arch: Arch;
  source: ImageSource;
  builder: BuilderKind;
  provider: CredentialProvider;
  /** Full patch version without `v`, e.g. `1.34.2`. */
  kubernetes: string;
  nodeadm: {
    /** Without `v`, e.g. `1.0.19`. */
    version: string;
    /** AWS region given to `nodeadm install --region`. */
    region: string;
    containerdSource: ContainerdSource;
    artifacts: ArtifactOrigin;
    /** Deadline of `nodeadm install`. */
    timeoutMinutes: number;
  };
  disk: { sizeGiB: number };
  /** Extra packages of the distribution for the base layer. */
  packages: readonly string[];
  timezone: string;
  /** Machine the image is built on. */
  build: { cpus: number; memoryMiB: number; firmware: Firmware; sshTimeoutMinutes: number };
  /** Hardware the OVA asks for. */
  hardware: { cpus: number; memoryMiB: number; firmware: Firmware; hardwareVersion: number; guestOsType: string };
}

/** `<image>/<arch>/<source>/<builder>/<provider>`, e.g. `debian12-lab/amd64/bootstrap/qemu/iam-ra`. */
export function cellId(spec: ImageSpec): string {
  const source = spec.source.kind === 'cloudImage' ? 'cloud-image' : spec.source.kind;
  return [spec.name, spec.arch, source, spec.builder, spec.provider].join('/');
}

/** The spec as plain JSON, for identities, manifests and `--json`. */
export function specJson(spec: ImageSpec): JsonValue {
  return structuredClone(spec) as unknown as JsonValue;
}
