import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { hasErrno } from '../../core/errors.ts';

const chunkBytes = 64 * 1024;

/** Reads a file that another program is writing: what is new since the last time. */
export class FileFollower {
  readonly #path: string;
  readonly #keepChars: number;
  readonly #decoder = new StringDecoder('utf8');
  #handle: FileHandle | undefined;
  #position = 0;
  #text = '';

  /** @param keepChars how much text is kept; the end wins. */
  constructor(path: string, keepChars = 4 * 1024 * 1024) {
    this.#path = path;
    this.#keepChars = keepChars;
  }

  /** Everything read so far. */
  get text(): string {
    return this.#text;
  }

  /** Reads what was added and gives it back; empty when there is nothing new or no file yet. */
  async read(): Promise<string> {
    this.#handle ??= await openExisting(this.#path);
    if (this.#handle === undefined) return '';
    let added = '';
    for (;;) {
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, this.#position);
      if (bytesRead === 0) break;
      this.#position += bytesRead;
      added += this.#decoder.write(buffer.subarray(0, bytesRead));
    }
    if (added !== '') this.#text = (this.#text + added).slice(-this.#keepChars);
    return added;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
