import type { Readable } from 'node:stream';
import { FactoryError, messageOf } from '../../core/errors.ts';
import { MiB } from '../../core/sizes.ts';

/** Zeros behind the end, up to a multiple of the record that a tape once had; more is no bundle. */
const maxPaddingBytes = MiB;

/** Pieces of a stream in the sizes that are asked for. */
export class BlockReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #where: string;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: Readable, where: string) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.#where = where;
  }

  /** Exactly so many bytes; undefined at the end. */
  async take(bytes: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let missing = bytes;
    while (missing > 0) {
      const chunk = await this.some(missing);
      if (chunk === undefined) {
        if (parts.length === 0) return undefined;
        throw brokenError(this.#where, 'it ends in the middle');
      }
      parts.push(chunk);
      missing -= chunk.length;
    }
    return Buffer.concat(parts);
  }

  /** At least one byte, at most so many; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next().catch((cause: unknown) => {
        throw brokenError(this.#where, messageOf(cause));
      });
      if (next.done === true) return undefined;
      this.#rest = next.value;
    }
    const chunk = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(chunk.length);
    return chunk;
  }

  /** To the end of the file, so that a compressed one is checked to its last byte, and nothing hides behind the end. */
  async finish(): Promise<void> {
    let bytes = 0;
    for (;;) {
      const chunk = await this.some(Number.MAX_SAFE_INTEGER);
      if (chunk === undefined) return;
      bytes += chunk.length;
      if (bytes > maxPaddingBytes || !isZero(chunk)) throw brokenError(this.#where, 'something follows its end');
    }
  }
}

export function brokenError(where: string, what: string): FactoryError {
  return new FactoryError('input.invalid', `'${where}' cannot be read as a bundle: ${what}`, {
    hint: 'Copy the bundle again from where it was made.',
  });
}

export function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}
