import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import type { ServeContext } from '../context.ts';
import { type Inventory, itemPath } from '../inventory.ts';
import { findMirror, inventoryFileName } from '../inventory-file.ts';
import { type MirrorServer, type MirrorServerOptions, withMirrorServer } from '../server.ts';
import { bundleFolders } from './bundle-folders.ts';
import { buildBundleRoutes } from './bundle-routes.ts';
import type { Bundle } from './check-files.ts';

/**
 * The artifact mirror inside a bundle; undefined when it holds none.
 * @throws FactoryError `input.invalid` for one that names files which are not in the manifest, or others there
 */
export async function findBundleInventory({ folder, manifest }: Bundle): Promise<Inventory | undefined> {
  const sums = new Map(manifest.members.map(({ path, sha256 }) => [path, sha256]));
  if (!sums.has(`${bundleFolders.mirror}/${inventoryFileName}`)) return undefined;
  const inventory = (await findMirror(join(folder, bundleFolders.mirror)))?.inventory;
  const odd = inventory?.items.find((item) => sums.get(`${bundleFolders.mirror}/${itemPath(item)}`) !== item.sha256);
  if (odd === undefined) return inventory;
  const message = `the inventory of the bundle '${folder}' names '${itemPath(odd)}', which its manifest does not have so`;
  throw new FactoryError('input.invalid', message, { hint: 'Make the bundle again.' });
}

/** Serves a bundle as long as `use` runs: the mirror that nodeadm installs from, packages, container images. @throws as startMirrorServer */
export async function withBundleServer<T>(
  bundle: Bundle,
  options: Omit<MirrorServerOptions, 'more'>,
  context: ServeContext,
  use: (server: MirrorServer) => Promise<T>,
): Promise<T> {
  const inventory = (await findBundleInventory(bundle)) ?? { releases: [], items: [], regions: {} };
  const more = await buildBundleRoutes(bundle);
  return withMirrorServer(inventory, { ...options, more }, context, use);
}
