import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import type { BundleManifest } from './bundle-manifest.ts';
import { readArchive } from './read-archive.ts';
import { makeHint, unreadableError } from './read-errors.ts';
import { readFolder } from './read-folder.ts';

/** A file of a bundle as it is read. */
export interface FoundMember {
  path: string;
  bytes: number;
  /** Of an archive it has to be read to its end. Undefined for what is no plain file, such as a link. */
  content: AsyncIterable<Buffer> | undefined;
}

export interface BundleReading {
  manifest: BundleManifest;
  /** Every other file, in the order in which it lies there; once. */
  members: AsyncIterable<FoundMember>;
  /** For who does not read to the end. */
  close(): Promise<void>;
}

/**
 * A bundle as an archive (compressed or not) or as a folder, read once from front to back.
 * @throws FactoryError `input.not-found`, `input.invalid`
 */
export async function readBundle(path: string): Promise<BundleReading> {
  return (await isFolder(path)) ? readFolder(path) : readArchive(path);
}

/** What a bundle says it is; of its files nothing is read. @throws as readBundle */
export async function readBundleManifest(path: string): Promise<BundleManifest> {
  const { manifest, close } = await readBundle(path);
  await close();
  return manifest;
}

/** @throws FactoryError `input.not-found`, `input.invalid` for what is neither a file nor a folder */
export async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch((cause: unknown) => {
    if (!hasErrno(cause, 'ENOENT') && !hasErrno(cause, 'ENOTDIR')) throw unreadableError(path, cause);
    throw new FactoryError('input.not-found', `there is no bundle '${path}'`, {
      hint: 'Correct the path, or make one with `hnf bundle create`.',
      cause,
    });
  });
  if (stats.isDirectory() || stats.isFile()) return stats.isDirectory();
  throw new FactoryError('input.invalid', `'${path}' is no bundle; accepted: an archive or a folder`, {
    hint: makeHint,
  });
}

/** Reads on and tells what was read. */
export async function hashContent(
  content: AsyncIterable<Buffer>,
  use: (chunk: Buffer) => Promise<void> | void = () => {},
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    bytes += chunk.length;
    await use(chunk);
  }
  return { sha256: hash.digest('hex'), bytes };
}
