import { gunzipSync } from 'node:zlib';
import { FactoryError, hasErrno } from '../core/errors.ts';
import { formatBytes, MiB } from '../core/sizes.ts';
import { type MimePart, parseMime } from './mime.ts';

/** A payload unwrapped. */
export interface Decoded {
  /** What was taken off, outermost first. */
  encodings: readonly ('base64' | 'gzip')[];
  text: string;
  /** The parts of a MIME message; undefined when the text is none. */
  parts: readonly MimePart[] | undefined;
}

/** Far more than any way to a machine carries; what unpacks to more was made to fill somebody's memory. */
export const longestPayload = 16 * MiB;

/**
 * The reverse of `encodePayload`, and of what others do: base64 (also wrapped), gzip, both, MIME, or plain text.
 * @throws FactoryError `input.invalid` for what is none of them, damaged, or unpacks to more than 16 MiB. Messages never quote it.
 */
export function decodePayload(input: Uint8Array, what: string): Decoded {
  const outer = isGzip(input) ? undefined : findBase64(input);
  const bytes = outer ?? input;
  const packed = isGzip(bytes);
  const text = readText(packed ? unpack(bytes, what) : bytes, what, outer !== undefined);
  const encodings = [...(outer === undefined ? [] : (['base64'] as const)), ...(packed ? (['gzip'] as const) : [])];
  return { encodings, text, parts: parseMime(text, what) };
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Text of base64's letters alone, with line ends. A word such as `abcd` is taken for text. */
function findBase64(input: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(input).toString('latin1').replace(/\s+/g, '');
  if (text.length < 16 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function unpack(bytes: Uint8Array, what: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: longestPayload });
  } catch (error) {
    if (hasErrno(error, 'ERR_BUFFER_TOO_LARGE')) {
      const most = formatBytes(longestPayload);
      throw new FactoryError('input.invalid', `${what} unpacks to more than ${most}; accepted: a payload`, {
        cause: error,
      });
    }
    throw new FactoryError('input.invalid', `${what} is damaged: its gzip part cannot be unpacked`, {
      hint: 'Was it cut off, or wrapped by a program that changes it?',
      cause: error,
    });
  }
}

function readText(bytes: Uint8Array, what: string, wasBase64: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const found = wasBase64 ? 'is base64 of something that is neither gzip nor text' : 'is neither text nor gzip';
    throw new FactoryError('input.invalid', `${what} ${found}; accepted: gzip+base64, base64, gzip, MIME or text`, {
      cause,
    });
  }
}
