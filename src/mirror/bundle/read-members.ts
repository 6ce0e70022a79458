import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FactoryError, hasErrno, messageOf } from '../../core/errors.ts';
import { MiB } from '../../core/sizes.ts';
import { type BundleManifest, parseBundleManifest } from './bundle-manifest.ts';
import { bundleManifestName } from './member-rules.ts';
import { readTarStream, type TarFile } from './tar-stream.ts';

/** A manifest is a list of files; a larger one is none of ours. */
const maxManifestBytes = 64 * MiB;

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

/** The manifest of a bundle that lies in a folder. @throws as readBundle */
export async function readFolderManifest(folder: string): Promise<BundleManifest> {
  const path = join(folder, bundleManifestName);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (!hasErrno(cause, 'ENOENT')) throw unreadable(path, cause);
    throw new FactoryError('input.not-found', `'${folder}' is no bundle: it has no ${bundleManifestName}`, {
      hint: makeHint,
      cause,
    });
  });
  return parseBundleManifest(text, path);
}

/** @throws FactoryError `input.not-found`, `input.invalid` for what is neither a file nor a folder */
export async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch((cause: unknown) => {
    if (!hasErrno(cause, 'ENOENT') && !hasErrno(cause, 'ENOTDIR')) throw unreadable(path, cause);
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

const makeHint = 'Make one with `hnf bundle create`.';

function unreadable(path: string, cause: unknown): FactoryError {
  return new FactoryError('input.invalid', `the bundle '${path}' cannot be read: ${messageOf(cause)}`, {
    hint: 'Look at its owner and mode.',
    cause,
  });
}

async function readArchive(path: string): Promise<BundleReading> {
  const files = readTarStream(await openArchive(path), path);
  const close = async () => void (await files.return(undefined));
  try {
    return { manifest: await readFirst(files, path), members: files, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readFirst(files: AsyncGenerator<TarFile>, path: string): Promise<BundleManifest> {
  const first = (await files.next()).value;
  if (first === undefined || first.path !== bundleManifestName) {
    throw new FactoryError('input.invalid', `'${path}' is no bundle: it does not begin with ${bundleManifestName}`, {
      hint: makeHint,
    });
  }
  if (first.bytes > maxManifestBytes) {
    const message = `'${path}' is no bundle: its ${bundleManifestName} has ${first.bytes} bytes; accepted: ${maxManifestBytes}`;
    throw new FactoryError('input.invalid', message, { hint: makeHint });
  }
  const parts: Buffer[] = [];
  for await (const chunk of first.content) parts.push(chunk);
  return parseBundleManifest(Buffer.concat(parts).toString('utf8'), `${path}: ${bundleManifestName}`);
}

/** Compressed or not, by its first bytes and not by its name. */
async function openArchive(path: string): Promise<Readable> {
  const isGzip = (await firstBytes(path, 2)).equals(Buffer.from([0x1f, 0x8b]));
  const file = createReadStream(path, { highWaterMark: MiB });
  if (!isGzip) return file;
  const plain = createGunzip({ chunkSize: MiB });
  file.on('error', (cause) => plain.destroy(cause));
  plain.on('close', () => file.destroy());
  return file.pipe(plain);
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readFolder(folder: string): Promise<BundleReading> {
  const manifest = await readFolderManifest(folder);
  return { manifest, members: listFolder(folder), close: async () => {} };
}

async function* listFolder(folder: string): AsyncGenerator<FoundMember> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const pathOf = ({ parentPath, name }: Dirent) => relative(folder, join(parentPath, name)).split(sep).join('/');
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ path: pathOf(entry), isPlain: entry.isFile() }))
    .filter(({ path }) => path !== bundleManifestName)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, isPlain } of files) yield describeFile(folder, path, isPlain);
}

/** A link or a pipe is not followed: what is behind it is no part of the bundle. */
async function describeFile(folder: string, path: string, isPlain: boolean): Promise<FoundMember> {
  if (!isPlain) return { path, bytes: 0, content: undefined };
  const file = join(folder, path);
  const { size } = await stat(file);
  return { path, bytes: size, content: createReadStream(file, { highWaterMark: MiB }) as AsyncIterable<Buffer> };
}
