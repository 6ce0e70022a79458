import type { ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import type { Store } from '../../core/store.ts';
import type { Bundle } from '../../mirror/bundle/check-files.ts';
import { importSources } from '../../mirror/bundle/import-sources.ts';
import { importTools } from '../../mirror/bundle/import-tools.ts';
import { openBundle } from '../../mirror/bundle/open-bundle.ts';
import { findBundleInventory, withBundleServer } from '../../mirror/bundle/serve-bundle.ts';
import { findItem, type Inventory } from '../../mirror/inventory.ts';
import type { Identities } from './identities.ts';
import type { PhaseHandle } from './phase-log.ts';
import type { BuildContext, BuildRequest } from './request.ts';

/** A bundle that a build takes everything from, served on this machine's loopback. */
export interface BuildBundle {
  bundle: Bundle;
  inventory: Inventory | undefined;
  port: number;
}

/**
 * The bundle that was asked for, checked, its tools and sources in the cache; undefined when none was.
 * @throws FactoryError as openBundle; `input.invalid` when it lacks what nodeadm installs
 */
export async function openBuildBundle(
  request: BuildRequest,
  context: BuildContext,
  { store, identities }: { store: Store; identities: Identities },
  { progress }: Pick<PhaseHandle, 'progress'>,
): Promise<Omit<BuildBundle, 'port'> | undefined> {
  if (request.bundle === undefined) return undefined;
  const { signal, log } = context;
  const bundle = await openBundle(request.bundle, store.root, { hashes: store.hashes, signal, onProgress: progress });
  const { hnf } = bundle.manifest.content;
  if (hnf !== request.toolVersion) {
    // Tools are found under keys that another version may form in another way.
    log.warn(`the bundle was made by hnf ${hnf}, this is ${request.toolVersion}: its tools may not be found`);
  }
  await importTools(bundle, store, context);
  await importSources(bundle, store, context);
  const opened = { bundle, inventory: await findBundleInventory(bundle) };
  // Said now, not when the system has been installed.
  if ((await store.find('node', identities.node, context)) === undefined) findBundledArtifacts(opened, request.spec);
  return opened;
}

/** Runs `use` with the bundle served. */
export async function withServedBundle<T>(
  opened: Omit<BuildBundle, 'port'> | undefined,
  { spec }: BuildRequest,
  context: BuildContext,
  use: (bundle: BuildBundle | undefined) => Promise<T>,
): Promise<T> {
  if (opened === undefined) return use(undefined);
  const label = { operation: 'image build', subject: spec.name, phase: 'tools' };
  const serving = { ...context, label, emit: () => {} };
  return withBundleServer(opened.bundle, {}, serving, ({ port }) => use({ ...opened, port }));
}

/** Whether the packages a bootstrap image is made of are in the bundle. */
export function hasPackages({ bundle }: Pick<BuildBundle, 'bundle'>, { source }: ImageSpec): boolean {
  if (source.kind !== 'bootstrap') return false;
  const mirror = source.mirror.replace(/\/+$/, '');
  return bundle.manifest.content.packages.some(({ url }) => url === mirror);
}

/** Whether a container image is in the bundle for this processor. */
export function hasImage({ bundle }: Pick<BuildBundle, 'bundle'>, wanted: string, arch: ImageSpec['arch']): boolean {
  return bundle.manifest.content.images.some(({ reference, archs }) => reference === wanted && archs.includes(arch));
}

/**
 * What the bundle has of a release, if it has it.
 * @throws FactoryError `input.invalid` when the bundle holds artifacts, and not these: they could not be had anywhere else.
 */
export function findBundledArtifacts(
  { inventory }: Pick<BuildBundle, 'inventory'>,
  { kubernetes, arch, nodeadm: { version: nodeadmVersion } }: Pick<ImageSpec, 'kubernetes' | 'arch' | 'nodeadm'>,
): Inventory | undefined {
  if (inventory === undefined || inventory.releases.length === 0) return undefined;
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
