import type { JsonValue } from '../core/hash.ts';
import type { Profile } from './profile.ts';

export type Arch = 'amd64' | 'arm64';
export type CredentialProvider = 'ssm' | 'iam-ra';
export type ContainerdSource = 'distro' | 'docker' | 'none';
export type Firmware = 'bios' | 'uefi';
export type BuilderKind = 'qemu' | 'vsphere-iso' | 'vsphere-clone';
export type ImageFormat = 'qcow2' | 'raw' | 'ova' | 'vsphere';
/** Formats that are files; `vsphere` is a template in a vCenter. */
export type DiskFormat = Exclude<ImageFormat, 'vsphere'>;
export type OsFamily = 'debian' | 'ubuntu' | 'rhel' | 'al2023';

/** The vendor's installer, driven by an answer file we write. */
export interface IsoSource {
  kind: 'iso';
  /** `https://…`, `file:///…`, an absolute path or, on vSphere, `[datastore] path`; null: the user gives ISO_URL when building. */
  url: string | null;
  /** `sha256:<64 hex>`, `file:https://…/SHA256SUMS`, or `none` where `allowUnverified` was asked for; null: the user gives ISO_CHECKSUM. */
  checksum: string | null;
  /** `sha256:<64 hex>` of what a build found where `checksum` is `none`: known then, and vouched for by nobody. */
  found?: string;
}

/** An unprivileged mmdebstrap tree, made on this machine: no ISO, no licence, no download of a disk. */
export interface BootstrapSource {
  kind: 'bootstrap';
  suite: 'bullseye' | 'bookworm' | 'trixie';
  mirror: string;
  packages: readonly string[];
}

/** A vendor's disk image with cloud-init in it; for `vsphere-clone` a template made of it. */
export interface CloudImageSource {
  kind: 'cloudImage';
  /** `https://…`, `file:///…` or an absolute path; qcow2, raw, VMDK or OVA. null: the user gives CLOUD_IMAGE_URL (RHEL's needs a subscription). */
  url: string | null;
  /** As IsoSource. */
  checksum: string | null;
  /** As IsoSource. */
  found?: string;
  /** Inventory path of the template that vsphere-clone starts from; null: VSPHERE_TEMPLATE. Other builders ignore it. */
  template: string | null;
}

export type ImageSource = IsoSource | BootstrapSource | CloudImageSource;
export type SourceKind = ImageSource['kind'];

/** Where `nodeadm install` gets nodeadm itself and the node's programs. */
export type ArtifactOrigin =
  /** hybrid-assets.eks.amazonaws.com, as AWS publishes them. */
  | { kind: 'aws' }
  /** Our artifact mirror: collected or built on this machine and served while the image is built. */
  | { kind: 'mirror' };

/** How RHEL gets its packages during the build; the secrets come from the environment or files, never from here. */
export type Subscription =
  /** RH_ORG and RH_ACTIVATION_KEY. */
  | { kind: 'activation-key' }
  /** RH_USERNAME and RH_PASSWORD. */
  | { kind: 'user' }
  /** The media or a private mirror has everything. */
  | { kind: 'none' };

/** A file system of its own (config/mount-points.ts). A type, so that it counts as JSON. */
export type Partition = {
  mount: string;
  sizeGiB: number;
};

/** What a person knows better about an installer's medium or a host; what is absent is hnf's own. */
export interface BootOverride {
  /** From the start of the machine to the first key. */
  waitSeconds?: number;
  /** Packer's grammar. */
  keys?: readonly string[];
}

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
  /** `partitions`, beside the root and sorted by mount point; absent: none. */
  disk: { sizeGiB: number; partitions?: readonly Partition[] };
  /** Extra packages of the distribution for the base layer. */
  packages: readonly string[];
  /** tz database name. */
  timezone: string;
  /** POSIX locale, e.g. `en_US.UTF-8`. */
  locale: string;
  /** XKB layout, e.g. `us`. */
  keyboard: string;
  /** null on everything but RHEL. */
  subscription: Subscription | null;
  profile: Profile;
  /** Machine the image is built on. */
  build: { cpus: number; memoryMiB: number; firmware: Firmware; sshTimeoutMinutes: number; boot?: BootOverride };
  /** Hardware the OVA or the vSphere template asks for. */
  hardware: { cpus: number; memoryMiB: number; firmware: Firmware; hardwareVersion: number; guestOsType: string };
}

const sourceWords = { iso: 'iso', cloudImage: 'cloud-image', bootstrap: 'bootstrap' } as const satisfies Record<
  SourceKind,
  string
>;

/** As `--source` and cell ids spell it. */
export function sourceWord(kind: SourceKind): (typeof sourceWords)[SourceKind] {
  return sourceWords[kind];
}

/** `<image>/<arch>/<source>/<builder>/<provider>`, e.g. `debian12-lab/amd64/bootstrap/qemu/iam-ra`. */
export function cellId(spec: ImageSpec): string {
  return [spec.name, spec.arch, sourceWord(spec.source.kind), spec.builder, spec.provider].join('/');
}

/** The spec as plain JSON, for identities, manifests and `--json`. */
export function specJson(spec: ImageSpec): JsonValue {
  return structuredClone(spec) as unknown as JsonValue;
}
