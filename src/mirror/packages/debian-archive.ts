import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import type { Exec } from '../../core/exec.ts';
import { findText, writeFileAtomic } from '../../core/files.ts';
import { sha256 } from '../../core/hash.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import type { Store } from '../../core/store.ts';
import { withTempDir } from '../../core/temp.ts';
import { type DownloadContext, downloadFile } from '../download.ts';
import { Slots } from '../slots.ts';
import { prepareApt } from './private-apt.ts';
import {
  findPackagesIndex,
  indexAddress,
  listFileName,
  type PrintedPackage,
  parsePrintedUris,
  parseSourceLine,
  type SourceLine,
} from './release-file.ts';

/** A part of a Debian archive: what is needed to install some packages, as the archive itself has it, signatures included. */
export interface DebianArchiveRequest {
  /** As in sources.list, with `signed-by`. */
  sources: readonly string[];
  arch: string;
  /** Names; what they depend on comes along, and what no system is without. */
  packages: readonly string[];
}

export interface ArchiveFile {
  /** Where the archive has it. */
  url: string;
  /** On this machine. */
  file: string;
}

export interface ArchiveContext extends Omit<DownloadContext, 'answerTimeoutMs' | 'idleTimeoutMs' | 'headers'> {
  exec: Exec;
  store: Store;
  onProgress?: (detail: string) => void;
}

export interface DebianArchive {
  sources: readonly SourceLine[];
  files: readonly ArchiveFile[];
  packages: number;
}

const downloadTimeoutMs = 30 * 60_000;
const parallelDownloads = 6;

/**
 * Lets apt decide what belongs together, in a folder of its own, and fetches it. Needs apt-get, not root.
 * @throws ExecError with what apt said, FactoryError `network.failed`, `check.failed`
 */
export async function collectDebianArchive(
  request: DebianArchiveRequest,
  context: ArchiveContext,
): Promise<DebianArchive> {
  const sources = request.sources.map(parseSourceLine);
  return withTempDir('hnf-apt', async (folder) => {
    const run = await prepareApt(folder, request, context);
    context.onProgress?.('apt-get update');
    await run(['update']);
    const wanted = ['?essential', '?priority(required)', 'apt', ...request.packages];
    const printed = parsePrintedUris(await run(['install', '--print-uris', '-qq', '-y', ...wanted]));
    const indexes = await Promise.all(sources.map((source) => collectIndexes(source, request.arch, folder, context)));
    const debs = await fetchPackages(printed, context);
    return { sources, files: [...indexes.flat(), ...debs], packages: debs.length };
  });
}

/** The first that cannot be had ends the others: nothing goes on behind an error. */
async function fetchPackages(printed: readonly PrintedPackage[], context: ArchiveContext): Promise<ArchiveFile[]> {
  const failed = new AbortController();
  const inner = { ...context, signal: AbortSignal.any([context.signal, failed.signal]) };
  const slots = new Slots(parallelDownloads);
  let done = 0;
  const fetchOne = async ({ url, sha256: digest, bytes }: PrintedPackage): Promise<ArchiveFile> => {
    checkInterrupted(inner.signal);
    const file = await provideFile(url, digest, bytes, inner);
    done += 1;
    if (done % 25 === 0) context.onProgress?.(`${done} of ${printed.length} packages`);
    return { url: decodeURIComponent(url), file };
  };
  let first: { error: unknown } | undefined;
  const settled = await Promise.allSettled(
    printed.map((item) =>
      slots
        .run(() => fetchOne(item))
        .catch((error: unknown) => {
          first ??= { error };
          failed.abort(error);
          throw error;
        }),
    ),
  );
  if (first !== undefined) throw first.error;
  return settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

/** The signed file that apt has just verified, and the lists it names. */
async function collectIndexes(
  source: SourceLine,
  arch: string,
  folder: string,
  context: ArchiveContext,
): Promise<ArchiveFile[]> {
  const suite = `${source.url}/dists/${source.suite}`;
  const text = await findText(join(folder, 'state/lists', listFileName(`${suite}/InRelease`)));
  if (text === undefined) throw new FactoryError('input.invalid', `'${suite}' has no InRelease, which a bundle needs`);
  const release = join(context.store.root, 'packages', sha256(text));
  await writeFileAtomic(release, text);
  const files = [{ url: `${suite}/InRelease`, file: release }];
  for (const component of source.components) {
    const index = findPackagesIndex(text, component, arch, `${suite}/InRelease`);
    const url = `${suite}/${indexAddress(index)}`;
    files.push({ url, file: await provideFile(url, index.sha256, index.bytes, context) });
  }
  return files;
}

/** Out of the cache, or fetched now; an interrupted download is continued. */
async function provideFile(url: string, digest: string, bytes: number, context: ArchiveContext): Promise<string> {
  const { store, signal } = context;
  const file = join(store.root, 'packages', digest);
  const stats = await stat(file).catch(() => undefined);
  if (stats?.size === bytes && (await store.hashes.sha256(file, signal)) === digest) return file;
  const part = join(store.root, 'downloads', `${digest}.part`);
  const limits = { answerTimeoutMs: 30_000, idleTimeoutMs: 60_000 };
  await downloadFile(url, part, { sha256: digest, timeoutMs: downloadTimeoutMs }, { ...context, ...limits });
  await mkdir(join(store.root, 'packages'), { recursive: true });
  await rename(part, file);
  await store.hashes.remember(file, digest);
  return file;
}
