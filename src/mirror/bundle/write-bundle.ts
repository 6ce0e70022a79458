import { stat } from 'node:fs/promises';
import { FactoryError } from '../../core/errors.ts';
import { produceFile } from '../../core/files.ts';
import { sha256File } from '../../core/hash.ts';
import type { HashMemo } from '../../core/hash-memo.ts';
import { ioError } from '../../core/io-error.ts';
import { checkSpace } from '../../core/space.ts';
import { type BundleContent, type BundleManifest, type BundleMember, buildBundleManifest } from './bundle-manifest.ts';
import { writeArchive } from './write-archive.ts';

/** A file that becomes a member. */
export interface BundleFile {
  /** Path in the bundle. */
  path: string;
  /** Path on this machine. */
  file: string;
  executable?: boolean;
}

export interface WriteBundleContext {
  hashes: HashMemo;
  signal: AbortSignal;
  onProgress?: (detail: string) => void;
}

export interface WrittenBundle {
  path: string;
  bytes: number;
  /** Of the archive. */
  sha256: string;
  manifest: BundleManifest;
}

/** Says what every file is; nothing is written. @throws FactoryError `internal` for two files with one path. */
export async function describeBundle(
  content: BundleContent,
  files: readonly BundleFile[],
  context: WriteBundleContext,
): Promise<BundleManifest> {
  const members: BundleMember[] = [];
  for (const { path, file, executable = false } of files) {
    const sha256 = await context.hashes.sha256(file, context.signal);
    members.push({ path, bytes: (await stat(file)).size, sha256, executable });
  }
  return buildBundleManifest(content, members);
}

/**
 * Writes the archive, `.tar` or `.tar.gz` by its name. Streamed; under the final name there is a whole bundle or what was there before.
 * @throws FactoryError `space.low`, `io.failed`, `check.failed` when a file changed on the way, `interrupted`.
 */
export async function writeBundle(
  target: string,
  manifest: BundleManifest,
  files: readonly BundleFile[],
  context: WriteBundleContext,
): Promise<WrittenBundle> {
  const total = manifest.members.reduce((sum, { bytes }) => sum + bytes + 1024, 64 * 1024);
  await checkSpace(target, total, 'the bundle');
  const byPath = new Map(files.map((file) => [file.path, file.file]));
  await produceFile(target, (temporary) =>
    writeArchive({ temporary, gzip: /\.t?gz$/.test(target), manifest, byPath }, context).catch((cause: unknown) => {
      if (!context.signal.aborted) throw ioError(cause, target);
      throw new FactoryError('interrupted', `interrupted while writing '${target}'`, { cause });
    }),
  );
  return { path: target, bytes: (await stat(target)).size, sha256: await sha256File(target, context.signal), manifest };
}
