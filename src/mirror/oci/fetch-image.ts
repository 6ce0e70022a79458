import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files.ts';
import { sha256 } from '../../core/hash.ts';
import type { Store } from '../../core/store.ts';
import type { RegistryLogin } from './credentials.ts';
import {
  type BlobNeed,
  checkPlatform,
  choosePlatform,
  maxManifestBytes,
  parseImageManifest,
} from './image-manifest.ts';
import { type ImageReference, parseImageReference } from './reference.ts';
import type { RegistryContext } from './registry-http.ts';
import { openRegistry, type RegistrySession } from './registry-session.ts';

export interface ImageContext extends RegistryContext {
  store: Store;
  /** By registry. */
  logins: ReadonlyMap<string, RegistryLogin>;
  onProgress?: (detail: string) => void;
}

/** An image for one processor, as files on this machine. */
export interface FetchedImage {
  reference: string;
  /** What the reference led to: an index of images, or the image itself. */
  digest: string;
  mediaType: string;
  bytes: number;
  /** Everything it consists of: digest → file. */
  blobs: ReadonlyMap<string, string>;
}

/**
 * Fetches an image from its registry; what the cache has is not fetched again, what was fetched in part is continued.
 * @throws FactoryError `input.invalid`, `input.not-found`, `network.failed`, `check.failed`
 */
export async function fetchImage(text: string, arch: Arch, context: ImageContext): Promise<FetchedImage> {
  const reference = parseImageReference(text);
  const session = openRegistry(reference, context.logins.get(reference.registry), context);
  const top = await fetchManifest(session, reference, reference.target, context);
  const blobs = new Map([[top.digest, top.file]]);
  let manifest = parseImageManifest(top.body, text);
  if (manifest.kind === 'index') {
    const chosen = await fetchManifest(session, reference, choosePlatform(manifest, arch, text), context);
    blobs.set(chosen.digest, chosen.file);
    manifest = parseImageManifest(chosen.body, text);
  }
  if (manifest.kind === 'index') throw new FactoryError('check.failed', `'${text}' is an index of indexes`);
  const { config } = manifest;
  const file = await fetchBlob(session, config, text, context);
  if (config.size <= maxManifestBytes) checkPlatform(await readFile(file), arch, text);
  for (const blob of manifest.blobs) blobs.set(blob.digest, await fetchBlob(session, blob, text, context));
  return { reference: text, digest: top.digest, mediaType: top.mediaType, bytes: top.body.length, blobs };
}

interface FoundManifest {
  digest: string;
  mediaType: string;
  body: Buffer;
  file: string;
}

async function fetchManifest(
  session: RegistrySession,
  reference: ImageReference,
  target: string,
  context: ImageContext,
): Promise<FoundManifest> {
  const answer = await session.getManifest(target);
  const digest = `sha256:${sha256(answer.body)}`;
  if (target.startsWith('sha256:') && target !== digest) {
    throw new FactoryError('check.failed', `'${reference.text}': what came has the digest ${digest}, not ${target}`);
  }
  const file = blobPath(context.store, digest);
  await writeFileAtomic(file, answer.body);
  const mediaType = (answer.header('content-type') ?? '').split(';')[0]?.trim() || mediaTypeOf(answer.body);
  return { digest, mediaType, body: answer.body, file };
}

async function fetchBlob(
  session: RegistrySession,
  { digest, size }: BlobNeed,
  text: string,
  context: ImageContext,
): Promise<string> {
  const file = blobPath(context.store, digest);
  if (await isThere(file, size, digest, context)) return file;
  context.onProgress?.(`${text}: ${digest.slice(0, 19)}`);
  const part = join(context.store.root, 'downloads', `${digest.slice('sha256:'.length)}.part`);
  await session.getBlob(digest, part);
  await mkdir(join(context.store.root, 'blobs'), { recursive: true });
  await rename(part, file);
  return file;
}

async function isThere(file: string, size: number, digest: string, { store, signal }: ImageContext): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.size === size && `sha256:${await store.hashes.sha256(file, signal)}` === digest;
}

function blobPath(store: Store, digest: string): string {
  return join(store.root, 'blobs', digest.replace(/^sha256:/, ''));
}

function mediaTypeOf(body: Buffer): string {
  const { mediaType } = JSON.parse(body.toString('utf8')) as { mediaType?: string };
  return mediaType ?? 'application/vnd.oci.image.manifest.v1+json';
}
