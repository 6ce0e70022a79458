import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants } from 'node:zlib';
import { TarArchive } from 'archiver';
import { FactoryError } from '../../core/errors.ts';
import { ioError, produceFile } from '../../core/files.ts';
import { sha256File } from '../../core/hash.ts';
import type { HashMemo } from '../../core/hash-memo.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { MiB } from '../../core/sizes.ts';
import { checkSpace } from '../../core/space.ts';
import {
  type BundleContent,
  type BundleManifest,
  type BundleMember,
  buildBundleManifest,
  bundleManifestName,
  bundleManifestText,
} from './bundle-manifest.ts';

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

/** Times inside the archive: fixed, so that equal contents give equal bytes. 2026-01-01. */
const memberTime = new Date('2026-01-01T00:00:00Z');

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
  await produceFile(target, async (temporary) => {
    const archive = startArchive(target);
    const written = pipeline(archive, createWriteStream(temporary), { signal: context.signal });
    const added = addMembers(archive, manifest, byPath, context).catch((cause: unknown) => {
      // Without its queue: it would go on with the next file.
      archive.abort();
      archive.destroy(cause instanceof Error ? cause : undefined);
      throw cause;
    });
    const [first] = (await Promise.allSettled([added, written])).filter((outcome) => outcome.status === 'rejected');
    if (first === undefined) return;
    const cause: unknown = first.reason;
    if (context.signal.aborted)
      throw new FactoryError('interrupted', `interrupted while writing '${target}'`, { cause });
    throw ioError(cause, target);
  });
  return { path: target, bytes: (await stat(target)).size, sha256: await sha256File(target, context.signal), manifest };
}

function startArchive(target: string): TarArchive {
  const gzip = /\.t?gz$/.test(target);
  return new TarArchive({ gzip, gzipOptions: { level: 6, strategy: constants.Z_DEFAULT_STRATEGY } });
}

async function addMembers(
  archive: TarArchive,
  manifest: BundleManifest,
  byPath: ReadonlyMap<string, string>,
  { signal, onProgress }: WriteBundleContext,
): Promise<void> {
  const total = manifest.members.reduce((sum, { bytes }) => sum + bytes, 1);
  let done = 0;
  let told = 0;
  archive.append(bundleManifestText(manifest), { name: bundleManifestName, date: memberTime, mode: 0o644 });
  for (const member of manifest.members) {
    const file = byPath.get(member.path);
    if (file === undefined) throw new FactoryError('internal', `the bundle has no file for '${member.path}'`);
    const stats = await stat(file);
    if (stats.size !== member.bytes) throw changedError(file);
    await appendChecked(archive, file, stats, member, signal);
    done += member.bytes;
    const percent = Math.floor((100 * done) / total);
    if (percent < told + 5) continue;
    told = percent;
    onProgress?.(`${percent} %`);
  }
  await archive.finalize();
}

/** One at a time, and hashed on the way. archiver passes on no errors of what it reads, so they are looked for here. */
async function appendChecked(
  archive: TarArchive,
  file: string,
  stats: Stats,
  { path, executable, sha256 }: BundleMember,
  signal: AbortSignal,
): Promise<void> {
  checkInterrupted(signal);
  const hash = createHash('sha256');
  const content = createReadStream(file, { highWaterMark: MiB, end: Math.max(0, stats.size - 1) });
  const failed = new AbortController();
  content.on('error', (cause) => failed.abort(cause));
  content.on('data', (chunk) => hash.update(chunk));
  const entry = once(archive, 'entry', { signal: AbortSignal.any([signal, failed.signal]) });
  archive.append(content, { name: path, date: memberTime, mode: executable ? 0o755 : 0o644, stats });
  await entry;
  if (hash.digest('hex') !== sha256) throw changedError(file);
}

function changedError(file: string): FactoryError {
  return new FactoryError('check.failed', `'${file}' changed while the bundle was made`, {
    hint: 'Run the same command again.',
  });
}
