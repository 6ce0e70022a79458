import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import { MiB } from '../../core/sizes.ts';
import { type BundleManifest, parseBundleManifest } from './bundle-manifest.ts';
import { bundleManifestName } from './member-rules.ts';
import { makeHint, unreadableError } from './read-errors.ts';
import type { BundleReading, FoundMember } from './read-members.ts';

/** The manifest of a bundle that lies in a folder. @throws as readBundle */
export async function readFolderManifest(folder: string): Promise<BundleManifest> {
  const path = join(folder, bundleManifestName);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (!hasErrno(cause, 'ENOENT')) throw unreadableError(path, cause);
    throw new FactoryError('input.not-found', `'${folder}' is no bundle: it has no ${bundleManifestName}`, {
      hint: makeHint,
      cause,
    });
  });
  return parseBundleManifest(text, path);
}

/** Everything in the folder, in the order of the paths. @throws as readFolderManifest */
export async function readFolder(folder: string): Promise<BundleReading> {
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
