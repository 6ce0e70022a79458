import type { ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import type { Store } from '../../core/store.ts';
import { importSources, importTools } from '../../mirror/bundle/import-bundle.ts';
import { type Bundle, openBundle } from '../../mirror/bundle/open-bundle.ts';
import { checkBundleFiles, findBundleInventory, withBundleServer } from '../../mirror/bundle/serve-bundle.ts';
import { findItem, type Inventory } from '../../mirror/inventory.ts';
import type { BuildContext, BuildRequest } from './request.ts';

/** A bundle that a build takes everything from, served on this machine's loopback. */
export interface BuildBundle {
  bundle: Bundle;
  inventory: Inventory | undefined;
  port: number;
}

/**
 * Runs `use` with the bundle that was asked for, its tools and sources in the cache.
 * @throws FactoryError as openBundle; `check.failed` for a damaged one.
 */
export async function withBuildBundle<T>(
  request: BuildRequest,
  context: BuildContext,
  store: Store,
  use: (bundle: BuildBundle | undefined) => Promise<T>,
): Promise<T> {
  if (request.bundle === undefined) return use(undefined);
  const bundle = await openBundle(request.bundle, store.root, context);
  await checkBundleFiles(bundle, store.hashes, context.signal);
  checkSameVersion(bundle, request, context);
  await importTools(bundle, store, context);
  await importSources(bundle, store, context);
  const inventory = await findBundleInventory(bundle);
  const label = { operation: 'image build', subject: request.spec.name, phase: 'tools' };
  const serving = { ...context, label, emit: () => {} };
  return withBundleServer(bundle, {}, serving, ({ port }) => use({ bundle, inventory, port }));
}

/** Tools are found under keys that another version may form in another way. */
function checkSameVersion({ manifest }: Bundle, { toolVersion }: BuildRequest, { log }: BuildContext): void {
  const { hnf } = manifest.content;
  if (hnf !== toolVersion)
    log.warn(`the bundle was made by hnf ${hnf}, this is ${toolVersion}: its tools may not be found`);
}

/** Whether the packages a bootstrap image is made of are in the bundle. */
export function hasPackages({ bundle }: BuildBundle, { source }: ImageSpec): boolean {
  if (source.kind !== 'bootstrap') return false;
  const mirror = source.mirror.replace(/\/+$/, '');
  return bundle.manifest.content.packages.some(({ url }) => url === mirror);
}

/**
 * What the bundle has of a release, if it has it.
 * @throws FactoryError `input.invalid` when the bundle holds artifacts, and not these: they could not be had anywhere else.
 */
export function findBundledArtifacts(
  { inventory }: BuildBundle,
  need: { kubernetes: string; arch: ImageSpec['arch']; nodeadmVersion: string; provider: string },
): Inventory | undefined {
  if (inventory === undefined || inventory.releases.length === 0) return undefined;
  const { kubernetes, arch, nodeadmVersion } = need;
  const release = inventory.releases.find((item) => item.kubernetes === kubernetes && item.arch === arch);
  const nodeadm = findItem(inventory, 'nodeadm', nodeadmVersion, arch);
  if (release === undefined || nodeadm === undefined) {
    const known = inventory.releases.map((item) => `${item.kubernetes} ${item.arch}`).join(', ');
    const message = `the bundle has no Kubernetes ${kubernetes} ${arch} with nodeadm ${nodeadmVersion}; it has ${known}`;
    throw new FactoryError('input.invalid', message, { hint: 'Make the bundle with this image and version.' });
  }
  const versions: Readonly<Record<string, string>> = release.artifacts;
  const items = inventory.items.filter((item) => {
    if (item.arch !== arch) return false;
    if (item.name === 'nodeadm') return item.version === nodeadmVersion;
    return versions[item.name] === undefined || versions[item.name] === item.version;
  });
  return { ...inventory, releases: [release], items };
}
