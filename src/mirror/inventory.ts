import { join } from 'node:path';
import type { Arch } from '../catalog/image-spec.ts';
import type { RegionTable } from './regions.ts';

/** What a Kubernetes release of EKS holds for a hybrid node; the names are nodeadm's. */
export const eksArtifactNames = [
  'kubelet',
  'kubectl',
  'cni-plugins',
  'ecr-credential-provider',
  'aws-iam-authenticator',
] as const;

export type EksArtifactName = (typeof eksArtifactNames)[number];

/** With an underscore: nodeadm looks the IAM Roles Anywhere helper up under exactly this name. */
export const signingHelperName = 'aws_signing_helper';

export const artifactNames = [...eksArtifactNames, signingHelperName, 'nodeadm'] as const;

export type ArtifactName = (typeof artifactNames)[number];

/** `aws`: as AWS publishes it. `go`: built on this machine out of the Go module proxy. */
export type ItemOrigin = 'aws' | 'go';

/** One file of a mirror. */
export interface MirrorItem {
  name: ArtifactName;
  /** Without `v`. An artifact that AWS publishes with a release and does not version itself has `eks-<kubernetes>-<date>`. */
  version: string;
  arch: Arch;
  origin: ItemOrigin;
  /** Where it came from: an https URL, or `pkg:golang/<module>@v<version>#<package>`. */
  source: string;
  /** Lower-case hex. */
  sha256: string;
  bytes: number;
  /** SPDX licence id. */
  licence: string;
  /** A `.gz` stands beside it; the manifest then has a `gzip_uri`, which nodeadm prefers. */
  gzip: boolean;
  /** Where the file is on this machine; not written into a mirror's inventory.json. */
  file: string;
}

/** One Kubernetes patch release for one architecture: which version of each artifact belongs to it. */
export interface MirrorRelease {
  /** Full patch version without `v`, e.g. `1.34.2`. */
  kubernetes: string;
  arch: Arch;
  /** `YYYY-MM-DD`, as published by AWS; absent for one that was built. */
  releaseDate?: string | undefined;
  artifacts: Readonly<Record<EksArtifactName, string>>;
}

/** Everything a mirror serves. */
export interface Inventory {
  releases: readonly MirrorRelease[];
  items: readonly MirrorItem[];
  /** `region_config` of the release manifest. */
  regions: RegionTable;
}

/** The version of the Kubernetes minor: `1.34.2` → `1.34`. */
export function minorOf(kubernetes: string): string {
  return kubernetes.split('.').slice(0, 2).join('.');
}

/** The place of an item below the mirror's top, with `/`. */
export function itemPath(item: Pick<MirrorItem, 'name' | 'version' | 'arch'>): string {
  if (item.name === 'nodeadm') return `nodeadm/${item.version}/${item.arch}/nodeadm`;
  const file = item.name === 'cni-plugins' ? 'cni-plugins.tgz' : item.name;
  return `artifacts/${item.name}/${item.version}/${item.arch}/${file}`;
}

/** The file name of an item, as its checksum file names it. */
export function itemFileName(item: Pick<MirrorItem, 'name' | 'version' | 'arch'>): string {
  return itemPath(item).split('/').at(-1) ?? item.name;
}

/** A GNU checksum line: hex, two spaces, name. nodeadm refuses one without a space. */
export function checksumText(item: MirrorItem): string {
  return `${item.sha256}  ${itemFileName(item)}\n`;
}

export function findItem(
  inventory: Inventory,
  name: ArtifactName,
  version: string,
  arch: Arch,
): MirrorItem | undefined {
  return inventory.items.find((item) => item.name === name && item.version === version && item.arch === arch);
}

/** The same inventory with every file expected below `folder`. */
export function placeInventory(inventory: Inventory, folder: string): Inventory {
  return { ...inventory, items: inventory.items.map((item) => ({ ...item, file: join(folder, itemPath(item)) })) };
}

/** Puts `added` over `existing`: the same release or file is replaced, everything else stays. */
export function mergeInventories(existing: Inventory, added: Inventory): Inventory {
  const releaseKey = (release: MirrorRelease) => `${release.kubernetes}/${release.arch}`;
  return sortInventory({
    regions: { ...existing.regions, ...added.regions },
    releases: mergeBy(existing.releases, added.releases, releaseKey),
    items: mergeBy(existing.items, added.items, itemPath),
  });
}

function mergeBy<T>(existing: readonly T[], added: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map([...existing, ...added].map((value) => [keyOf(value), value])).values()];
}

/** In a fixed order, whatever order things were collected in. */
export function sortInventory(inventory: Inventory): Inventory {
  return {
    regions: Object.fromEntries(Object.entries(inventory.regions).sort(([a], [b]) => (a < b ? -1 : 1))),
    releases: [...inventory.releases].sort(
      (a, b) => compareVersions(a.kubernetes, b.kubernetes) || (a.arch < b.arch ? -1 : 1),
    ),
    items: [...inventory.items].sort(compareItems),
  };
}

function compareItems(a: MirrorItem, b: MirrorItem): number {
  const order = artifactNames.indexOf(a.name) - artifactNames.indexOf(b.name);
  return order || compareVersions(a.version, b.version) || (a.arch < b.arch ? -1 : 1);
}

/** Compares dotted numbers piece by piece; anything else as text. Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
