import { rename, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../core/clock.ts';
import { FactoryError } from '../../core/errors.ts';
import { ioError } from '../../core/io-error.ts';
import type { Log } from '../../core/log.ts';
import type { Store } from '../../core/store.ts';
import { sourceFileName, sourceKind } from '../../mirror/bundle/import-sources.ts';
import { downloadFile } from '../../mirror/download.ts';

/** A file by its address and what it has to be. */
export interface SourceNeed {
  /** `https://…`, `file:///…` or an absolute path. */
  url: string;
  /** Lower-case hex. */
  sha256: string;
}

export interface SourceContext {
  store: Store;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  env: Readonly<Record<string, string | undefined>>;
}

export const downloadTimeoutMs = 2 * 60 * 60 * 1000;
export const httpLimits = { answerTimeoutMs: 30_000, idleTimeoutMs: 60_000 } as const;

/** The path of an address on this machine; undefined for one on the network. */
export function findLocalPath(url: string): string | undefined {
  if (url.startsWith('file:')) return fileURLToPath(url);
  return url.startsWith('/') ? resolve(url) : undefined;
}

/**
 * The file on this machine: where it lies, or out of the cache, brought there by a bundle or downloaded now.
 * @throws FactoryError `input.invalid` when it is another file, `input.not-found`, `network.failed`
 */
export async function provideSource(need: SourceNeed, context: SourceContext): Promise<string> {
  const { url, sha256 } = need;
  const { store, signal } = context;
  const local = findLocalPath(url);
  if (local === undefined) return downloadSource(need, context);
  // A path of the machine that made a bundle need not be one here.
  if ((await stat(local).catch(() => undefined)) === undefined) {
    const found = await findSource(sha256, context);
    if (found !== undefined) return found;
  }
  const digest = await store.hashes.sha256(local, signal).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw new FactoryError('input.not-found', `'${local}' cannot be read`, {
      hint: 'Correct the path in the catalog, or put the file there.',
      cause: ioError(cause, local),
    });
  });
  if (digest === sha256) return local;
  throw new FactoryError('input.invalid', `'${local}' has the SHA-256 ${digest}, the catalog says ${sha256}`, {
    hint: 'Correct the checksum in the catalog, or put the right file there.',
  });
}

/** What the cache has under a checksum. */
export async function findSource(sha256: string, context: SourceContext): Promise<string | undefined> {
  const entry = await context.store.find(sourceKind, sha256, context);
  return entry === undefined ? undefined : join(entry.folder, sourceFileName);
}

/** Into the cache, if it is not there; a bundle puts its own there (mirror/bundle/import-sources.ts). */
export async function downloadSource({ url, sha256 }: SourceNeed, context: SourceContext): Promise<string> {
  const { store } = context;
  const entry = await store.provide(sourceKind, sha256, context, async (folder) => {
    const part = join(store.root, 'downloads', `${sha256}.part`);
    await downloadFile(url, part, { sha256, timeoutMs: downloadTimeoutMs }, { ...context, ...httpLimits });
    await rename(part, join(folder, sourceFileName));
    return { url };
  });
  return join(entry.folder, sourceFileName);
}
