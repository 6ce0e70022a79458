import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { constants } from 'node:zlib';
import { TarArchive } from 'archiver';
import { FactoryError, messageOf } from '../../core/errors.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { MiB } from '../../core/sizes.ts';
import { type BundleManifest, type BundleMember, bundleManifestText } from './bundle-manifest.ts';
import { bundleManifestName } from './member-rules.ts';
import type { WriteBundleContext } from './write-bundle.ts';

export interface ArchiveJob {
  /** What is written. */
  temporary: string;
  gzip: boolean;
  manifest: BundleManifest;
  /** Path in the bundle → path on this machine. */
  byPath: ReadonlyMap<string, string>;
}

/** Times inside the archive: fixed, so that equal contents give equal bytes. 2026-01-01. */
const memberTime = new Date('2026-01-01T00:00:00Z');

/** Streams all members of a manifest into a file. What fails first, writing or reading, ends the other. */
export async function writeArchive(job: ArchiveJob, context: WriteBundleContext): Promise<void> {
  const gzipOptions = { level: 6, strategy: constants.Z_DEFAULT_STRATEGY };
  const archive = new TarArchive({ gzip: job.gzip, gzipOptions });
  const output = createWriteStream(job.temporary);
  // Given up, both may still say so; the errors themselves come by the promises below.
  for (const stream of [archive, output]) stream.on('error', () => {});
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const fail = (cause: unknown) => {
    failed.abort(cause);
    throw cause;
  };
  archive.pipe(output);
  try {
    const written = once(output, 'finish', { signal }).catch(fail);
    await Promise.all([written, addMembers(archive, job, { ...context, signal }).catch(fail)]);
  } finally {
    archive.unpipe(output);
    output.destroy();
  }
}

async function addMembers(
  archive: TarArchive,
  { manifest, byPath }: ArchiveJob,
  { signal, onProgress }: WriteBundleContext,
): Promise<void> {
  const total = manifest.members.reduce((sum, { bytes }) => sum + bytes, 1);
  let done = 0;
  let told = 0;
  const head = { name: bundleManifestName, date: memberTime, mode: 0o644 };
  await append(archive, bundleManifestText(manifest), head, signal);
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

/** Hashed on the way. archiver passes no errors on of what it reads, so they are looked for here. */
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
  const data = { name: path, date: memberTime, mode: executable ? 0o755 : 0o644, stats };
  try {
    await append(archive, content, data, AbortSignal.any([signal, failed.signal]));
  } catch (error) {
    throw failed.signal.aborted ? readError(file, failed.signal.reason) : error;
  } finally {
    content.destroy();
  }
  if (hash.digest('hex') !== sha256) throw changedError(file);
}

/** One at a time: archiver's queue has nothing to go on with after an error. */
async function append(
  archive: TarArchive,
  source: Parameters<TarArchive['append']>[0],
  data: Parameters<TarArchive['append']>[1],
  signal: AbortSignal,
): Promise<void> {
  const entry = once(archive, 'entry', { signal });
  archive.append(source, data);
  await entry;
}

function readError(file: string, cause: unknown): FactoryError {
  return new FactoryError('io.failed', `'${file}' cannot be read: ${messageOf(cause)}`, {
    hint: 'Look at its owner and mode, then run the same command again.',
    cause,
  });
}

function changedError(file: string): FactoryError {
  return new FactoryError('check.failed', `'${file}' changed while the bundle was made`, {
    hint: 'Run the same command again.',
  });
}
