import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import type { HashMemo } from '../../core/hash-memo.ts';
import type { ServeContext } from '../context.ts';
import type { Inventory } from '../inventory.ts';
import { findMirror } from '../inventory-file.ts';
import { type MirrorServer, type MirrorServerOptions, withMirrorServer } from '../server.ts';
import { buildBundleRoutes, bundleFolders } from './bundle-routes.ts';
import type { Bundle } from './open-bundle.ts';

/** The artifact mirror inside a bundle; undefined when it holds none. */
export async function findBundleInventory(bundle: Bundle): Promise<Inventory | undefined> {
  return (await findMirror(join(bundle.folder, bundleFolders.mirror)))?.inventory;
}

/**
 * Every file is as the manifest says; what has not changed since the last look is not read again.
 * @throws FactoryError `check.failed` naming those that are not
 */
export async function checkBundleFiles(bundle: Bundle, hashes: HashMemo, signal: AbortSignal): Promise<void> {
  const details: string[] = [];
  for (const { path, sha256 } of bundle.manifest.members) {
    const found = await hashes.sha256(join(bundle.folder, path), signal).catch(() => undefined);
    if (signal.aborted) throw new FactoryError('interrupted', 'interrupted while reading the bundle');
    if (found !== sha256) details.push(`${path}: ${found === undefined ? 'is missing' : `has SHA-256 ${found}`}`);
  }
  if (details.length === 0) return;
  throw new FactoryError('check.failed', `the bundle '${bundle.folder}' is damaged`, {
    details,
    hint: 'Run `hnf bundle verify`, and copy the bundle again.',
  });
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
