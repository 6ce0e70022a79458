import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../core/files.ts';
import { withFileLock } from '../../core/lock.ts';

/** Raise it when a judge of ours looks at more than before. */
const revision = 3;

const keepDays = 60;

type Notes = Record<string, number>;

/** Remembers what passed, between runs: a key says what was asked, of which version of which judge. What failed is asked again. */
export class VerdictCache {
  readonly #path: string;
  readonly #lock: string;
  #known: Notes = {};
  readonly #used: Notes = {};

  constructor(storeRoot: string) {
    this.#path = join(storeRoot, `verdicts-${revision}.json`);
    this.#lock = join(storeRoot, 'locks', 'verdicts.lock');
  }

  async load(): Promise<void> {
    this.#known = await readNotes(this.#path);
  }

  has(key: string): boolean {
    if (!(key in this.#known)) return false;
    this.#used[key] = Date.now();
    return true;
  }

  add(key: string): void {
    this.#used[key] = Date.now();
  }

  /** Together with what others noted meanwhile. */
  async save(): Promise<void> {
    if (Object.keys(this.#used).length === 0) return;
    await withFileLock(this.#lock, { what: 'noting verdicts', timeoutMs: 60_000 }, async () => {
      const oldest = Date.now() - keepDays * 24 * 60 * 60 * 1000;
      const all = { ...(await readNotes(this.#path)), ...this.#used };
      const kept = Object.fromEntries(Object.entries(all).filter(([, usedAt]) => usedAt >= oldest));
      await writeFileAtomic(this.#path, `${JSON.stringify(kept)}\n`);
    });
  }
}

/** Nothing is lost with it but time, so one that cannot be read is an empty one. */
async function readNotes(path: string): Promise<Notes> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Notes;
  } catch {
    return {};
  }
}
