import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasErrno } from './errors.ts';
import { writeFileAtomic } from './files.ts';
import type { JsonValue } from './hash.ts';
import { HashMemo } from './hash-memo.ts';
import { ioError } from './io-error.ts';
import { withFileLock } from './lock.ts';
import type { Log } from './log.ts';
import { withTempDir } from './temp.ts';

/** What `entry.json` holds: written last, so that an entry with it is whole. */
interface EntryRecord {
  meta: JsonValue;
  files: Readonly<Record<string, { bytes: number; sha256: string }>>;
}

export interface StoreEntry<M extends JsonValue = JsonValue> {
  folder: string;
  /** True when nothing had to be made. */
  cached: boolean;
  meta: M;
}

export interface StoreContext {
  log: Log;
  signal: AbortSignal;
  /** Called when another process is making the same entry. */
  onWait?: (holder: string) => void;
  /** Makes the entry even if there is one; the old one stays until the new one is whole. */
  fresh?: boolean;
}

/** A build may take hours on a slow machine; a waiting process asks this long. */
const lockTimeoutMs = 6 * 60 * 60 * 1000;

/**
 * Content-addressed folders under one root: `<root>/<kind>/<key>/`. An entry appears whole or not at all, is made once even by
 * concurrent processes, and is checked (size, time; SHA-256 when those changed) before it is used.
 */
export class Store {
  readonly root: string;
  readonly hashes: HashMemo;

  constructor(root: string) {
    this.root = root;
    this.hashes = new HashMemo(join(root, 'hashes'));
  }

  /** Gives the entry, making it with `make` (in an empty folder) if it is not there or damaged. */
  async provide<M extends JsonValue>(
    kind: string,
    key: string,
    context: StoreContext,
    make: (folder: string) => Promise<M>,
  ): Promise<StoreEntry<M>> {
    const lock = join(this.root, 'locks', `${kind}-${key}.lock`);
    const options = {
      what: `making ${kind} ${key.slice(0, 12)}`,
      timeoutMs: lockTimeoutMs,
      signal: context.signal,
      ...(context.onWait === undefined ? {} : { onWait: context.onWait }),
    };
    return withFileLock(lock, options, async () => {
      const found = context.fresh === true ? undefined : await this.find<M>(kind, key, context);
      if (found !== undefined) return found;
      return this.#make(kind, key, make);
    });
  }

  /** The entry if it is there and whole; of a damaged one is warned. Changes nothing: `provide` makes it again, under its lock. */
  async find<M extends JsonValue>(
    kind: string,
    key: string,
    context: StoreContext,
  ): Promise<StoreEntry<M> | undefined> {
    const folder = join(this.root, kind, key);
    const record = await findRecord(folder);
    if (record === undefined) return undefined;
    const damage = await this.#findDamage(folder, record, context.signal);
    if (damage !== undefined) {
      context.log.warn(`cache entry ${kind}/${key.slice(0, 12)} is damaged (${damage})`);
      return undefined;
    }
    const now = new Date();
    await utimes(join(folder, 'entry.json'), now, now).catch(() => {});
    return { folder, cached: true, meta: record.meta as M };
  }

  async #make<M extends JsonValue>(
    kind: string,
    key: string,
    make: (folder: string) => Promise<M>,
  ): Promise<StoreEntry<M>> {
    const folder = join(this.root, kind, key);
    try {
      return await withTempDir(
        kind,
        async (temporary) => {
          const meta = await make(temporary);
          const files = await this.#describeFiles(temporary);
          const record: EntryRecord = { meta, files };
          await writeFileAtomic(join(temporary, 'entry.json'), `${JSON.stringify(record, null, 2)}\n`);
          await mkdir(dirname(folder), { recursive: true });
          await rm(folder, { recursive: true, force: true });
          await rename(temporary, folder);
          for (const [name, file] of Object.entries(files)) await this.hashes.remember(join(folder, name), file.sha256);
          return { folder, cached: false, meta };
        },
        join(this.root, 'tmp'),
      );
    } catch (error) {
      throw ioError(error, folder);
    }
  }

  async #describeFiles(folder: string): Promise<EntryRecord['files']> {
    const files: Record<string, { bytes: number; sha256: string }> = {};
    for (const name of (await readdir(folder)).sort()) {
      const path = join(folder, name);
      files[name] = { bytes: (await stat(path)).size, sha256: await this.hashes.sha256(path) };
    }
    return files;
  }

  async #findDamage(folder: string, record: EntryRecord, signal: AbortSignal): Promise<string | undefined> {
    for (const [name, expected] of Object.entries(record.files)) {
      const path = join(folder, name);
      const bytes = await stat(path).then(
        (stats) => stats.size,
        () => -1,
      );
      if (bytes < 0) return `${name} is missing`;
      if (bytes !== expected.bytes) return `${name} has ${bytes} bytes instead of ${expected.bytes}`;
      if ((await this.hashes.sha256(path, signal)) !== expected.sha256) return `${name} has another SHA-256`;
    }
    return undefined;
  }
}

async function findRecord(folder: string): Promise<EntryRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'entry.json'), 'utf8')) as EntryRecord;
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
