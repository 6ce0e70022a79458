import { rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../core/clock.ts';
import { FactoryError } from '../../core/errors.ts';
import { ioError } from '../../core/files.ts';
import type { Log } from '../../core/log.ts';
import type { Store } from '../../core/store.ts';
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

const downloadTimeoutMs = 2 * 60 * 60 * 1000;

/** The path of an address on this machine; undefined for one on the network. */
export function findLocalPath(url: string): string | undefined {
  if (url.startsWith('file:')) return fileURLToPath(url);
  return url.startsWith('/') ? resolve(url) : undefined;
}

/**
 * The file on this machine: where it lies, or out of the cache, downloaded if need be.
 * @throws FactoryError `input.invalid` when it is another file, `input.not-found`, `network.failed`
 */
export async function provideSource({ url, sha256 }: SourceNeed, context: SourceContext): Promise<string> {
  const { store, signal } = context;
  const local = findLocalPath(url);
  if (local === undefined) return downloadSource({ url, sha256 }, context);
  const digest = await store.hashes.sha256(local, signal).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw new FactoryError('input.not-found', `'${local}' cannot be read`, { cause: ioError(cause, local) });
  });
  if (digest === sha256) return local;
  throw new FactoryError('input.invalid', `'${local}' has the SHA-256 ${digest}, the catalog says ${sha256}`, {
    hint: 'Correct the checksum in the catalog, or put the right file there.',
  });
}

/** An entry of kind `source` with the file `disk`; a bundle puts its own there (mirror/bundle/import-bundle.ts). */
export async function downloadSource({ url, sha256 }: SourceNeed, context: SourceContext): Promise<string> {
  const { store } = context;
  const entry = await store.provide('source', sha256, context, async (folder) => {
    const part = join(store.root, 'downloads', `${sha256}.part`);
    const limits = { answerTimeoutMs: 30_000, idleTimeoutMs: 60_000 };
    await downloadFile(url, part, { sha256, timeoutMs: downloadTimeoutMs }, { ...context, ...limits });
    await rename(part, join(folder, 'disk'));
    return { url };
  });
  return join(entry.folder, 'disk');
}
