import type { Readable } from 'node:stream';
import { FactoryError, messageOf } from '../../core/errors.ts';
import { MiB } from '../../core/sizes.ts';

const blockBytes = 512;

/** Zeros behind the end, up to a multiple of the record that a tape once had; more is no bundle. */
const maxPaddingBytes = MiB;

export interface TarFile {
  path: string;
  /** As its header says; what is read is as long, or the archive is refused. */
  bytes: number;
  /** Has to be read to its end before the next file is asked for. */
  content: AsyncIterable<Buffer>;
}

/**
 * The files of a tar as they come. Only what a bundle consists of is read: plain files and folders. Links, devices and extended
 * headers are refused, so nothing in an archive can make a reader write elsewhere. The source is closed at the end, whatever it is.
 * @throws FactoryError `input.invalid` for anything else.
 */
export async function* readTarStream(source: Readable, where: string): AsyncGenerator<TarFile> {
  try {
    yield* readFiles(new BlockReader(source, where), where);
  } finally {
    source.destroy();
  }
}

async function* readFiles(reader: BlockReader, where: string): AsyncGenerator<TarFile> {
  for (;;) {
    const header = await reader.take(blockBytes);
    if (header === undefined) throw broken(where, 'it ends in the middle');
    if (isZero(header)) return reader.finish();
    checkHeaderSum(header, where);
    const type = header.toString('latin1', 156, 157);
    const path = pathOf(header);
    const bytes = sizeOf(header, where);
    if (type === '5') continue;
    if (type !== '0' && type !== '\0') throw broken(where, `'${path}' is neither a file nor a folder (type '${type}')`);
    const content = new FileContent(reader, bytes, where, path);
    yield { path, bytes, content };
    if (!content.isDone) throw new FactoryError('internal', `'${path}' of a tar was not read to its end`);
    await reader.take(-bytes & (blockBytes - 1));
  }
}

class FileContent implements AsyncIterable<Buffer> {
  #left: number;
  readonly #reader: BlockReader;
  readonly #where: string;
  readonly #path: string;

  constructor(reader: BlockReader, bytes: number, where: string, path: string) {
    this.#reader = reader;
    this.#left = bytes;
    this.#where = where;
    this.#path = path;
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    while (this.#left > 0) {
      const chunk = await this.#reader.some(this.#left);
      if (chunk === undefined) throw broken(this.#where, `it ends in the middle of '${this.#path}'`);
      this.#left -= chunk.length;
      yield chunk;
    }
  }
}

/** Pieces of a stream in the sizes that are asked for. */
class BlockReader {
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
        throw broken(this.#where, 'it ends in the middle');
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
        throw broken(this.#where, messageOf(cause));
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
      if (bytes > maxPaddingBytes || !isZero(chunk)) throw broken(this.#where, 'something follows its end');
    }
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

function checkHeaderSum(header: Buffer, where: string): void {
  let sum = 0;
  for (let at = 0; at < blockBytes; at += 1) sum += at >= 148 && at < 156 ? 0x20 : header.readUInt8(at);
  if (Number.parseInt(textAt(header, 148, 8), 8) !== sum) throw broken(where, 'this is no tar, or a damaged one');
}

/** ustar splits a long path; GNU's magic means other things in that place. */
function pathOf(header: Buffer): string {
  const name = textAt(header, 0, 100);
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? textAt(header, 345, 155) : '';
  const path = prefix === '' ? name : `${prefix}/${name}`;
  return path.startsWith('./') ? path.slice(2) : path;
}

function sizeOf(header: Buffer, where: string): number {
  const isBinary = (header.readUInt8(124) & 0x80) !== 0;
  const size = isBinary ? Number(header.readBigUInt64BE(128)) : Number.parseInt(textAt(header, 124, 12) || '0', 8);
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw broken(where, `'${pathOf(header)}' has no size`);
}

function textAt(header: Buffer, at: number, length: number): string {
  const text = header.toString('latin1', at, at + length);
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trim();
}

function broken(where: string, what: string): FactoryError {
  return new FactoryError('input.invalid', `'${where}' cannot be read as a bundle: ${what}`, {
    hint: 'Copy the bundle again from where it was made.',
  });
}
