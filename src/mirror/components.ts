import { type Inventory, type ItemOrigin, itemPath, type MirrorItem } from './inventory.ts';

/** What the SBOM and the image's manifest say about one artifact. */
export interface InventoryComponent {
  name: string;
  version: string;
  arch: string;
  sha256: string;
  bytes: number;
  origin: ItemOrigin;
  /** SPDX licence id. */
  licence: string;
  /** Where it came from: an https URL or a package URL of the Go module it was built from. */
  source: string;
  /** Package URL (github.com/package-url/purl-spec): type golang for what was built, generic for what AWS publishes. */
  purl: string;
  /** Path inside a mirror. */
  path: string;
}

/** All seven artifacts carry the Apache licence 2.0 in their repository's LICENSE file. */
export const artifactLicence = 'Apache-2.0';

/** One row per file of the inventory, nothing about where it lies on this machine. */
export function inventoryComponents(inventory: Inventory): InventoryComponent[] {
  return inventory.items.map((item: MirrorItem) => ({
    name: item.name,
    version: item.version,
    arch: item.arch,
    sha256: item.sha256,
    bytes: item.bytes,
    origin: item.origin,
    licence: item.licence,
    source: item.source,
    purl: purlOf(item),
    path: itemPath(item),
  }));
}

function purlOf(item: MirrorItem): string {
  if (item.source.startsWith('pkg:')) return item.source;
  const query = new URLSearchParams({ checksum: `sha256:${item.sha256}`, download_url: item.source });
  return `pkg:generic/${item.name}@${item.version}?${query}`;
}
