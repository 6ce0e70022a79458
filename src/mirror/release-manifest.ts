import { dump } from 'js-yaml';
import {
  compareVersions,
  eksArtifactNames,
  findItem,
  type Inventory,
  itemPath,
  type MirrorItem,
  type MirrorRelease,
  minorOf,
  signingHelperName,
  sortInventory,
} from './inventory.ts';

/**
 * nodeadm's release manifest (its internal/aws/manifest.go) for files that are reached below `baseUrl`.
 * Equal inventories give equal bytes. Every string is quoted: `1.34` must not become a number.
 */
export function buildReleaseManifest(inventory: Inventory, baseUrl: string): string {
  const sorted = sortInventory(inventory);
  const document = {
    supported_eks_releases: buildMinors(sorted, baseUrl),
    iam_roles_anywhere_releases: buildHelperReleases(sorted, baseUrl),
    ssm_releases: [],
    region_config: buildRegionConfig(sorted),
  };
  return dump(document, { quoteStyle: 'double', forceQuotes: true, lineWidth: -1, noRefs: true });
}

function buildMinors(inventory: Inventory, baseUrl: string) {
  const minors = [...new Set(inventory.releases.map((release) => minorOf(release.kubernetes)))];
  return minors.map((minor) => {
    const patches = [...new Set(inventory.releases.map((release) => release.kubernetes))].filter(
      (version) => minorOf(version) === minor,
    );
    return {
      major_minor_version: minor,
      latest_patch_version: patchOf(patches.toSorted(compareVersions).at(-1) ?? ''),
      patch_releases: patches.map((version) => buildPatch(inventory, version, baseUrl)),
    };
  });
}

function patchOf(kubernetes: string): string {
  return kubernetes.split('.').slice(2).join('.');
}

function buildPatch(inventory: Inventory, version: string, baseUrl: string) {
  const releases = inventory.releases.filter((release) => release.kubernetes === version);
  const date = releases.map((release) => release.releaseDate).find((value) => value !== undefined);
  return {
    version,
    patch_version: patchOf(version),
    ...(date === undefined ? {} : { release_date: date }),
    artifacts: releases.flatMap((release) => buildEksArtifacts(inventory, release, baseUrl)),
  };
}

function buildEksArtifacts(inventory: Inventory, release: MirrorRelease, baseUrl: string) {
  return eksArtifactNames
    .map((name) => findItem(inventory, name, release.artifacts[name], release.arch))
    .filter((item) => item !== undefined)
    .map((item) => buildArtifact(item, baseUrl));
}

/** nodeadm takes the newest release and wants at least one entry, even for nodes with SSM, which never read it. */
function buildHelperReleases(inventory: Inventory, baseUrl: string) {
  const helpers = inventory.items.filter((item) => item.name === signingHelperName);
  const versions = [...new Set(helpers.map((item) => item.version))];
  if (versions.length === 0) return [{ version: 'v0.0.0', artifacts: [] }];
  return versions.map((version) => ({
    version: `v${version}`,
    artifacts: helpers.filter((item) => item.version === version).map((item) => buildArtifact(item, baseUrl)),
  }));
}

function buildArtifact(item: MirrorItem, baseUrl: string) {
  const uri = `${baseUrl}/${itemPath(item)}`;
  return {
    name: item.name,
    arch: item.arch,
    os: 'linux',
    uri,
    checksum_uri: `${uri}.sha256`,
    ...(item.gzip ? { gzip_uri: `${uri}.gz` } : {}),
  };
}

function buildRegionConfig(inventory: Inventory) {
  return Object.fromEntries(
    Object.entries(inventory.regions).map(([region, entry]) => [
      region,
      {
        ecr_account_id: entry.ecrAccountId,
        partition: entry.partition,
        dns_suffix: entry.dnsSuffix,
        cred_providers: { 'iam-ra': true, ssm: true },
      },
    ]),
  );
}
