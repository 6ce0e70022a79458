import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeFileAtomic } from './files.ts';
import { sha256, sha256File } from './hash.ts';

interface Memo {
  path: string;
  size: number;
  mtimeNs: string;
  inode: string;
  sha256: string;
}

/**
 * SHA-256 of large files, remembered: a file whose size, inode and modification time (ns) are as they were is not read again.
 * @param folder where the notes live
 */
export class HashMemo {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async sha256(path: string, signal?: AbortSignal): Promise<string> {
    const memo = await describe(path);
    const known = await this.#read(path);
    if (known !== undefined && isSame(known, memo)) return known.sha256;
    const digest = await sha256File(path, signal);
    await this.remember(path, digest);
    return digest;
  }

  /** Notes a digest that was computed while the file was written. */
  async remember(path: string, digest: string): Promise<void> {
    const memo: Memo = { ...(await describe(path)), sha256: digest };
    await writeFileAtomic(this.#noteOf(path), JSON.stringify(memo), { mode: 0o600 });
  }

  async #read(path: string): Promise<Memo | undefined> {
    try {
      return JSON.parse(await readFile(this.#noteOf(path), 'utf8')) as Memo;
    } catch {
      return undefined;
    }
  }

  #noteOf(path: string): string {
    return join(this.#folder, `${sha256(resolve(path)).slice(0, 32)}.json`);
  }
}

async function describe(path: string): Promise<Omit<Memo, 'sha256'>> {
  const stats = await stat(path, { bigint: true });
  return { path: resolve(path), size: Number(stats.size), mtimeNs: String(stats.mtimeNs), inode: String(stats.ino) };
}

function isSame(known: Memo, now: Omit<Memo, 'sha256'>): boolean {
  return known.size === now.size && known.mtimeNs === now.mtimeNs && known.inode === now.inode;
}
