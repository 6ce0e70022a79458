import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { FactoryError, hasErrno } from '../core/errors.ts';
import { findText, produceFile, writeFileAtomic } from '../core/files.ts';
import { sha256File } from '../core/hash.ts';
import { ioError } from '../core/io-error.ts';
import { withFileLock } from '../core/lock.ts';
import { checkSpace } from '../core/space.ts';
import type { MirrorContext } from './context.ts';
import {
  checksumText,
  type Inventory,
  itemPath,
  type MirrorItem,
  mergeInventories,
  placeInventory,
} from './inventory.ts';
import { findMirror, inventoryFileName, inventoryJson, type Mirror, manifestFileName } from './inventory-file.ts';
import { findInventoryGaps } from './inventory-gaps.ts';
import { buildReleaseManifest } from './release-manifest.ts';

export interface WriteMirrorOptions {
  /** Where the folder will be reached; written into manifest.yaml. */
  baseUrl: string;
  /** Adds a `.gz` beside every file but nodeadm itself. */
  gzip: boolean;
}

export interface WrittenMirror extends Mirror {
  /** Paths inside the mirror. */
  written: readonly string[];
  unchanged: readonly string[];
}

const lockTimeoutMs = 10 * 60 * 1000;

/**
 * Makes `folder` a mirror with these artifacts, or adds them to the mirror it is. Files that are there and right are left alone;
 * the manifest is written last, so it never names a file that is missing. One writer at a time.
 * @throws FactoryError `space.low`, `io.failed`, `busy`, `interrupted`; `input.invalid` when the folder has a damaged inventory.
 */
export async function writeMirror(
  inventory: Inventory,
  folder: string,
  options: WriteMirrorOptions,
  context: MirrorContext,
): Promise<WrittenMirror> {
  await makeFolder(folder);
  const lock = {
    what: `writing the mirror ${folder}`,
    timeoutMs: lockTimeoutMs,
    clock: context.clock,
    signal: context.signal,
  };
  try {
    return await withFileLock(join(folder, '.hnf-mirror.lock'), lock, () =>
      update(inventory, folder, options, context),
    );
  } catch (error) {
    if (context.signal.aborted)
      throw new FactoryError('interrupted', `interrupted while writing '${folder}'`, { cause: error });
    throw ioError(error, folder);
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    if (!hasErrno(cause, 'EEXIST')) throw ioError(cause, folder);
    throw new FactoryError('io.failed', `'${folder}' is not a folder`, { hint: 'Choose another one with -o.', cause });
  }
}

async function update(
  inventory: Inventory,
  folder: string,
  options: WriteMirrorOptions,
  context: MirrorContext,
): Promise<WrittenMirror> {
  const existing = await findMirror(folder);
  const added = placeInventory(withGzip(inventory, options.gzip), folder);
  const merged = existing === undefined ? added : mergeInventories(existing.inventory, added);
  for (const gap of findInventoryGaps(merged)) context.log.warn(gap);
  const stale = await findStale(inventory, folder, options.gzip, context);
  await checkSpace(folder, sum(stale) * (options.gzip ? 2 : 1), 'the mirror');
  for (const item of stale) await placeItem(item, folder, options.gzip, context);
  await writeFileAtomic(join(folder, inventoryFileName), inventoryJson(merged, options.baseUrl));
  await writeFileAtomic(join(folder, manifestFileName), buildReleaseManifest(merged, options.baseUrl));
  const written = stale.map(itemPath);
  const unchanged = inventory.items.map(itemPath).filter((path) => !written.includes(path));
  return { folder, baseUrl: options.baseUrl, inventory: merged, written, unchanged };
}

function withGzip(inventory: Inventory, gzip: boolean): Inventory {
  return { ...inventory, items: inventory.items.map((item) => ({ ...item, gzip: gzip && isCompressible(item) })) };
}

/** nodeadm is fetched by people and scripts, not through the manifest; the plugins are a .tgz already. */
function isCompressible(item: MirrorItem): boolean {
  return item.name !== 'nodeadm' && item.name !== 'cni-plugins';
}

async function findStale(
  inventory: Inventory,
  folder: string,
  gzip: boolean,
  context: MirrorContext,
): Promise<MirrorItem[]> {
  const stale: MirrorItem[] = [];
  for (const item of inventory.items) {
    if (!(await isInPlace(item, join(folder, itemPath(item)), gzip, context.signal))) stale.push(item);
  }
  return stale;
}

async function isInPlace(item: MirrorItem, target: string, gzip: boolean, signal: AbortSignal): Promise<boolean> {
  const stats = await stat(target).catch(() => undefined);
  if (stats?.size !== item.bytes || (await findText(`${target}.sha256`)) !== checksumText(item)) return false;
  const hasGzip = (await stat(`${target}.gz`).catch(() => undefined)) !== undefined;
  if (hasGzip !== (gzip && isCompressible(item))) return false;
  return (await sha256File(target, signal)) === item.sha256;
}

async function placeItem(item: MirrorItem, folder: string, gzip: boolean, context: MirrorContext): Promise<void> {
  const target = join(folder, itemPath(item));
  context.emit({ ...context.label, status: 'progress', detail: `writing ${itemPath(item)}` });
  await produceFile(target, async (temporary) => {
    await copyFile(item.file, temporary, constants.COPYFILE_FICLONE);
    const copied = await sha256File(temporary, context.signal);
    if (copied === item.sha256) return;
    throw new FactoryError('io.failed', `'${item.file}' has SHA-256 ${copied}, collected was ${item.sha256}`, {
      hint: 'The file changed in the cache, or the disk is failing; run the same command again.',
    });
  });
  await writeFileAtomic(`${target}.sha256`, checksumText(item));
  if (gzip && isCompressible(item)) await writeGzip(target, context.signal);
  else await rm(`${target}.gz`, { force: true });
}

async function writeGzip(target: string, signal: AbortSignal): Promise<void> {
  await produceFile(`${target}.gz`, (temporary) =>
    pipeline(createReadStream(target), createGzip({ level: 6 }), createWriteStream(temporary), { signal }),
  );
}

function sum(items: readonly MirrorItem[]): number {
  return items.reduce((total, item) => total + item.bytes, 0);
}
