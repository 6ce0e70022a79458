import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import { MiB } from '../../core/sizes.ts';
import { type BundleManifest, bundleManifestName, parseBundleManifest } from './bundle-manifest.ts';
import { readTarStream } from './tar-stream.ts';

/** A manifest is a list of files; a larger one is none of ours. */
const maxManifestBytes = 64 * MiB;

/** A file of a bundle as it is read; `content` has to be read to its end. */
export interface FoundMember {
  path: string;
  content: AsyncIterable<Buffer>;
}

export interface BundleReading {
  manifest: BundleManifest;
  /** Every other file, in the order in which it lies there. */
  members: AsyncIterable<FoundMember>;
}

/**
 * A bundle as an archive (compressed or not) or as a folder, read once from front to back.
 * @throws FactoryError `input.not-found`, `input.invalid`
 */
export async function readBundle(path: string): Promise<BundleReading> {
  return (await isFolder(path)) ? readFolder(path) : readArchive(path);
}

/** The manifest of a bundle that lies in a folder. @throws as readBundle */
export async function readFolderManifest(folder: string): Promise<BundleManifest> {
  const path = join(folder, bundleManifestName);
  try {
    return parseBundleManifest(await readFile(path, 'utf8'), path);
  } catch (cause) {
    if (!hasErrno(cause, 'ENOENT')) throw cause;
    throw new FactoryError('input.not-found', `'${folder}' is no bundle: it has no ${bundleManifestName}`, {
      hint: 'Make one with `hnf bundle create`.',
      cause,
    });
  }
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new FactoryError('input.not-found', `there is no bundle '${path}'`, {
      hint: 'Make one with `hnf bundle create`, or correct the path.',
      cause,
    });
  }
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

async function readArchive(path: string): Promise<BundleReading> {
  const files = readTarStream(await openArchive(path), path);
  const first = (await files.next()).value;
  if (first === undefined || first.path !== bundleManifestName) {
    throw new FactoryError('input.invalid', `'${path}' is no bundle: it does not begin with ${bundleManifestName}`, {
      hint: 'Make one with `hnf bundle create`.',
    });
  }
  if (first.bytes > maxManifestBytes) throw new FactoryError('input.invalid', `the manifest in '${path}' is too large`);
  const parts: Buffer[] = [];
  for await (const chunk of first.content) parts.push(chunk);
  const manifest = parseBundleManifest(Buffer.concat(parts).toString('utf8'), `${path}: ${bundleManifestName}`);
  return { manifest, members: files };
}

/** Compressed or not, by its first bytes and not by its name. */
async function openArchive(path: string): Promise<Readable> {
  const isGzip = (await firstBytes(path, 2)).equals(Buffer.from([0x1f, 0x8b]));
  const file = createReadStream(path, { highWaterMark: MiB });
  if (!isGzip) return file;
  const plain = createGunzip({ chunkSize: MiB });
  file.on('error', (cause) => plain.destroy(cause));
  return file.pipe(plain);
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: count - 1 })) parts.push(chunk as Buffer);
  return Buffer.concat(parts);
}

async function readFolder(folder: string): Promise<BundleReading> {
  const manifest = await readFolderManifest(folder);
  async function* members(): AsyncGenerator<FoundMember> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((path) => path !== bundleManifestName)
      .sort();
    for (const path of paths) {
      yield { path, content: createReadStream(join(folder, path), { highWaterMark: MiB }) as AsyncIterable<Buffer> };
    }
  }
  return { manifest, members: members() };
}
