import type { Readable } from 'node:stream';
import { FactoryError } from '../../core/errors.ts';
import { BlockReader, brokenError, isZero } from './block-reader.ts';
import { blockBytes, parseTarHeader } from './tar-header.ts';

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
    if (header === undefined) throw brokenError(where, 'it ends in the middle');
    if (isZero(header)) return reader.finish();
    const { path, bytes, type } = parseTarHeader(header, where);
    if (type === '5') continue;
    if (type !== '0' && type !== '\0')
      throw brokenError(where, `'${path}' is neither a file nor a folder (type '${type}')`);
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
      if (chunk === undefined) throw brokenError(this.#where, `it ends in the middle of '${this.#path}'`);
      this.#left -= chunk.length;
      yield chunk;
    }
  }
}
