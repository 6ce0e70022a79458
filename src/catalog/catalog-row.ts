import type {
  Arch,
  ArtifactOrigin,
  BootstrapSource,
  BuilderKind,
  ContainerdSource,
  CredentialProvider,
  Firmware,
  ImageSpec,
  SourceKind,
} from './image-spec.ts';

/** A file of a vendor's; null: not public, or made on this machine. */
export interface VendorFile {
  url: string | null;
  checksum: string | null;
}

/** Where the addresses of a source come from. */
export interface Provenance {
  /** The vendor's page, or the public files in which sum and address were seen. */
  page: string;
  /** When that was looked at, `2026-11-21`. */
  date: string;
  /** What of the row was not seen there and is inferred. */
  doubt?: string;
}

interface RowSource {
  builders: readonly BuilderKind[];
  /** Smallest disk that holds the system, nodeadm's programs and room to run. */
  leastDiskGiB: number;
  /** Where that figure is from; says so where it is an estimate. */
  leastDiskBasis: string;
  provenance: Provenance;
}

export interface IsoRow extends RowSource {
  /** By architecture; one that is missing is not published. */
  files: Partial<Record<Arch, VendorFile>>;
}

export interface CloudImageRow extends RowSource {
  files: Partial<Record<Arch, VendorFile>>;
  /** What a template for vsphere-clone is made of, where the vendor has its own file for it. */
  vsphereFiles?: Partial<Record<Arch, VendorFile>>;
}

export interface BootstrapRow extends RowSource {
  arches: readonly Arch[];
  suite: BootstrapSource['suite'];
  mirror: string;
}

export interface RowSources {
  iso?: IsoRow;
  cloudImage?: CloudImageRow;
  bootstrap?: BootstrapRow;
}

/** One built-in image. Adding an operating system is adding a row; its support status is data of its own (compatibility). */
export interface CatalogRow {
  summary: string;
  os: ImageSpec['os'];
  sources: RowSources;
  /** What is taken where nothing is asked for and the builder takes it. */
  preferredSource: SourceKind;
  /** For trying and for tests: not for production. */
  lab: boolean;
  defaults: {
    provider: CredentialProvider;
    containerdSource: ContainerdSource;
    artifacts: ArtifactOrigin['kind'];
    locale: string;
    diskGiB: number;
    hardwareMemoryMiB: number;
    guestOsType: string;
    /** Firmware by builder, where it is not that of all images. */
    firmware?: Partial<Record<BuilderKind, Firmware>>;
  };
}

/** Architectures a row's source is there for. */
export function archesOf(row: CatalogRow, kind: SourceKind): readonly Arch[] {
  if (kind === 'bootstrap') return row.sources.bootstrap?.arches ?? [];
  const files = row.sources[kind]?.files ?? {};
  return (['amd64', 'arm64'] as const).filter((arch) => files[arch] !== undefined);
}
