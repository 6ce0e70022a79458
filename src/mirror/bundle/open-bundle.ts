import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import { findText } from '../../core/files.ts';
import type { HashMemo } from '../../core/hash-memo.ts';
import { ioError } from '../../core/io-error.ts';
import { withFileLock } from '../../core/lock.ts';
import { checkSpace } from '../../core/space.ts';
import { type BundleManifest, bundleManifestText } from './bundle-manifest.ts';
import { type Bundle, damagedError, listDamage } from './check-files.ts';
import { bundleManifestName } from './member-rules.ts';
import { readFolderManifest } from './read-folder.ts';
import { type BundleReading, isFolder, readBundle } from './read-members.ts';
import { unpackArchive } from './unpack-archive.ts';

export interface OpenContext {
  /** Files that were read once are not read again. */
  hashes: HashMemo;
  signal: AbortSignal;
  onProgress?: ((detail: string) => void) | undefined;
}

const lockTimeoutMs = 60 * 60 * 1000;

/** Below the cache: archives that were unpacked to be used, by identity. */
export const unpackedFolder = 'bundles';

/**
 * A bundle whose files are all as its manifest says. A folder is used as it is; an archive is unpacked below `cacheFolder` once.
 * @throws FactoryError `input.not-found`, `input.invalid`, `check.failed` with what is damaged, `space.low`, `interrupted`.
 */
export async function openBundle(path: string, cacheFolder: string, context: OpenContext): Promise<Bundle> {
  if (await isFolder(path)) {
    const bundle = { folder: path, manifest: await readFolderManifest(path) };
    context.onProgress?.(`reading the bundle '${path}'`);
    const damage = await listDamage(bundle, context.hashes, context.signal);
    if (damage.length === 0) return bundle;
    throw damagedError(path, damage, 'Run `hnf bundle verify`, and copy the bundle again.');
  }
  return withReading(path, (reading) => {
    const folder = join(cacheFolder, unpackedFolder, reading.manifest.identity);
    return provideFolder({ folder, reading, path, isOurs: true }, context);
  });
}

/**
 * Unpacks an archive into a new folder of the user's choice; one that holds this very bundle is checked and left as it is.
 * @throws FactoryError as openBundle; `input.invalid` when there is something else already.
 */
export async function unpackBundle(path: string, folder: string, context: OpenContext): Promise<Bundle> {
  return withReading(path, (reading) => provideFolder({ folder, reading, path, isOurs: false }, context));
}

async function withReading<T>(path: string, use: (reading: BundleReading) => Promise<T>): Promise<T> {
  const reading = await readBundle(path);
  try {
    return await use(reading);
  } finally {
    await reading.close();
  }
}

interface FolderJob {
  folder: string;
  reading: BundleReading;
  path: string;
  /** The folder is the cache's: what is wrong with it is mended. */
  isOurs: boolean;
}

async function provideFolder(job: FolderJob, context: OpenContext): Promise<Bundle> {
  const { folder, path, reading } = job;
  const { manifest } = reading;
  const { signal, onProgress } = context;
  const lock = { what: `unpacking ${path}`, timeoutMs: lockTimeoutMs, signal };
  await mkdir(dirname(folder), { recursive: true }).catch((cause: unknown) => {
    throw ioError(cause, folder);
  });
  return withFileLock(`${folder}.lock`, lock, async () => {
    if (await isThere(job, context)) return { folder, manifest };
    await checkSpace(dirname(folder), sum(manifest), 'unpacking the bundle');
    onProgress?.(`unpacking '${path}'`);
    if (job.isOurs) await rm(folder, { recursive: true, force: true });
    await unpackArchive({ folder, reading, path, signal, onProgress });
    for (const member of manifest.members) await context.hashes.remember(join(folder, member.path), member.sha256);
    return { folder, manifest };
  });
}

/** @throws FactoryError when the folder is the user's and holds something else, or this bundle with damage. */
async function isThere({ folder, reading, isOurs }: FolderJob, { hashes, signal }: OpenContext): Promise<boolean> {
  const { manifest } = reading;
  // Written last, so an interrupted one is not there at all.
  const text = await findText(join(folder, bundleManifestName)).catch((cause: unknown) => {
    throw ioError(cause, folder);
  });
  if (text === bundleManifestText(manifest)) {
    const damage = await listDamage({ folder, manifest }, hashes, signal);
    if (damage.length === 0) return true;
    if (!isOurs) throw damagedError(folder, damage, 'Remove this folder, and unpack the bundle again.');
  }
  if (isOurs || (await isEmpty(folder))) return false;
  throw new FactoryError('input.invalid', `'${folder}' is not empty; accepted: a new folder, or this very bundle`, {
    hint: 'Choose another folder with -o.',
  });
}

async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return true;
    throw ioError(error, folder);
  }
}

function sum({ members }: BundleManifest): number {
  return members.reduce((total, { bytes }) => total + bytes, 0);
}
