import { gzipSync } from 'node:zlib';

/** For `userdata.encoding` and `metadata.encoding`; cloud-init compares it as it is. */
export const payloadEncoding = 'gzip+base64';

const level = 9;
/** The header's byte that names the system it was made on: unknown, so that all of them make the same. */
const systemByte = 9;

/** gzip without a time, then base64 on one line: the same text gives the same bytes on every machine. */
export function encodePayload(text: string): string {
  const packed = gzipSync(text, { level });
  packed[systemByte] = 255;
  return packed.toString('base64');
}
