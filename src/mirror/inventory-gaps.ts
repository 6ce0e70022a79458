import { compareVersions, eksArtifactNames, findItem, type Inventory, signingHelperName } from './inventory.ts';

/** What would make nodeadm fail with this inventory, whatever image is built; empty when all is well. Pure. */
export function findInventoryGaps(inventory: Inventory): string[] {
  return [...findReleaseGaps(inventory), ...findHelperGaps(inventory)];
}

function findReleaseGaps(inventory: Inventory): string[] {
  return inventory.releases.flatMap((release) =>
    eksArtifactNames
      .filter((name) => findItem(inventory, name, release.artifacts[name], release.arch) === undefined)
      .map((name) => `Kubernetes ${release.kubernetes} for ${release.arch} lacks ${name} ${release.artifacts[name]}`),
  );
}

/** nodeadm looks for its architecture in the newest helper release only. */
function findHelperGaps(inventory: Inventory): string[] {
  const helpers = inventory.items.filter((item) => item.name === signingHelperName);
  const newest = helpers
    .map((item) => item.version)
    .toSorted(compareVersions)
    .at(-1);
  if (newest === undefined) return [];
  const archs = [...new Set(helpers.map((item) => item.arch))];
  return archs
    .filter((arch) => findItem(inventory, signingHelperName, newest, arch) === undefined)
    .map((arch) => `${signingHelperName} ${newest} is the newest and lacks ${arch}; nodeadm takes no older one`);
}
