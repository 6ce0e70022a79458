import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FactoryError } from '../../core/errors.ts';
import { MiB } from '../../core/sizes.ts';
import { type BundleManifest, parseBundleManifest } from './bundle-manifest.ts';
import { bundleManifestName } from './member-rules.ts';
import { makeHint, unreadableError } from './read-errors.ts';
import type { BundleReading } from './read-members.ts';
import { readTarStream, type TarFile } from './tar-stream.ts';

/** A manifest is a list of files; a larger one is none of ours. */
const maxManifestBytes = 64 * MiB;

/** From front to back, once. @throws FactoryError `input.invalid` */
export async function readArchive(path: string): Promise<BundleReading> {
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
    throw unreadableError(path, cause);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
