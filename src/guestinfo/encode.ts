import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { transports } from './sizes.ts';

/** For `userdata.encoding` and `metadata.encoding`; cloud-init compares it as it is. */
export const payloadEncoding = 'gzip+base64';

const level = 9;
/** The header's byte that names the system it was made on: unknown, so that all of them make the same. */
const [systemByte, unknownSystem] = [9, 255];

/** gzip without a time, then base64 on one line: the same text gives the same bytes on every machine. */
export function encodePayload(text: string): string {
  const packed = gzipSync(text, { level });
  packed[systemByte] = unknownSystem;
  return packed.toString('base64');
}

/** RFC 1952: deflate, no name, no time, best compression. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, unknownSystem]);
/** RFC 1951: an empty block that is the last one. */
const lastBlock = Buffer.from([3, 0]);
const longestStored = 65_535;
const mostCached = 500;
/** In characters as encoded. Near the limit of what a way carries, some per cent are worth the time. */
const longestShared = transports.guestinfo.warnFrom;
/** Above this share of lines of its own, a text is packed whole. */
const mostOwn = 0.3;

/** Packs a text; `own` are the words that stand in this machine's payload and in no other's. */
export type EncodePayload = (text: string, own: readonly string[]) => string;

/**
 * The same kind of bytes, for many texts that differ in few lines: lines with a word of the machine's own are stored as they are, and what stands
 * between them is compressed once for all machines. Some per cent longer, five times as fast; long ones are packed whole as well, and the shorter
 * is taken. The bytes depend on the text and the words alone, not on what was packed before.
 */
export function createEncoder(): EncodePayload {
  const compressed = new Map<string, Buffer>();
  const compress = (text: string) => {
    const known = compressed.get(text);
    if (known !== undefined) return known;
    const packed = deflateRawSync(text, { level, finishFlush: constants.Z_SYNC_FLUSH });
    // A copy: Node's own lies in a larger piece of memory, which would be kept with it.
    const block = Buffer.allocUnsafeSlow(packed.length);
    packed.copy(block);
    if (compressed.size >= mostCached) compressed.clear();
    compressed.set(text, block);
    return block;
  };
  return (text, own) => {
    const ranges = findOwnLines(text, own);
    const packed = ranges === undefined ? undefined : encodeRanges(text, ranges, compress);
    if (packed !== undefined && packed.length <= longestShared) return packed;
    const whole = encodePayload(text);
    return packed === undefined || whole.length < packed.length ? whole : packed;
  };
}

/** `ranges` are stored, what is between them is compressed by itself. */
function encodeRanges(text: string, ranges: readonly [number, number][], compress: (text: string) => Buffer): string {
  const pieces: Buffer[] = [header];
  let at = 0;
  for (const [start, end] of ranges) {
    if (start > at) pieces.push(compress(text.slice(at, start)));
    pieces.push(...storedBlock(text.slice(start, end)));
    at = end;
  }
  if (at < text.length) pieces.push(compress(text.slice(at)));
  const trailer = Buffer.allocUnsafe(8);
  trailer.writeUInt32LE(crc32(text), 0);
  trailer.writeUInt32LE(Buffer.byteLength(text), 4);
  return Buffer.concat([...pieces, lastBlock, trailer]).toString('base64');
}

/** Where the lines with such words are, in order and apart; undefined when they are too many to be worth it. */
function findOwnLines(text: string, own: readonly string[]): [number, number][] | undefined {
  const found: [number, number][] = [];
  const most = text.length * mostOwn;
  let total = 0;
  for (const word of own) {
    for (let at = text.indexOf(word); word !== '' && at >= 0; ) {
      const newline = text.indexOf('\n', at + word.length);
      const range: [number, number] = [text.lastIndexOf('\n', at) + 1, newline < 0 ? text.length : newline + 1];
      found.push(range);
      total += range[1] - range[0];
      // A character has at most three bytes for each of its units.
      if (total > most || total * 3 > longestStored) return undefined;
      at = text.indexOf(word, range[1]);
    }
  }
  return joinRanges(found.sort((a, b) => a[0] - b[0]));
}

function joinRanges(sorted: readonly [number, number][]): [number, number][] {
  const joined: [number, number][] = [];
  for (const [start, end] of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/** RFC 1951, 3.2.4: a block that is not compressed; it begins at a byte because the one before ends with one. */
function storedBlock(text: string): [Buffer, Buffer] {
  const bytes = Buffer.from(text);
  const head = Buffer.from([0, bytes.length & 255, bytes.length >> 8, ~bytes.length & 255, (~bytes.length >> 8) & 255]);
  return [head, bytes];
}
