import { FactoryError } from '../core/errors.ts';

export interface MimePart {
  /** In lower case, such as `text/cloud-config`. */
  type: string;
  filename: string | undefined;
  text: string;
}

/** cloud-init takes a text for MIME when this stands so near its beginning (user_data.py). */
const lookedAt = 4096;

export function looksLikeMime(text: string): boolean {
  return /mime-version:/i.test(text.slice(0, lookedAt));
}

const mostParts = 1000;
const deepest = 5;

/**
 * The parts of a multi-part user data, in order; undefined for any other text. Pure.
 * @throws FactoryError `input.invalid` for a message without a boundary, with too many parts or nested too deep
 */
export function parseMime(text: string, what: string): MimePart[] | undefined {
  return looksLikeMime(text) ? parseEntity(text, what, 0) : undefined;
}

function parseEntity(text: string, what: string, depth: number): MimePart[] {
  if (depth > deepest) throw wrongMime(what, 'is nested too deep');
  const { headers, body } = splitHeaders(text);
  const contentType = headers.get('content-type') ?? 'text/plain';
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (!type.startsWith('multipart/'))
    return [{ type, filename: findFilename(headers), text: decodeBody(headers, body) }];
  const boundary = /boundary="([^"]{1,200})"|boundary=([^\s;"]{1,200})/i.exec(contentType);
  const word = boundary?.[1] ?? boundary?.[2];
  if (word === undefined) throw wrongMime(what, 'has no boundary');
  const pieces = splitParts(body, word);
  if (pieces.length > mostParts) throw wrongMime(what, `has more than ${mostParts} parts`);
  const parts = pieces.flatMap((piece) => parseEntity(piece, what, depth + 1));
  if (parts.length > mostParts) throw wrongMime(what, `has more than ${mostParts} parts`);
  return parts;
}

function wrongMime(what: string, reason: string): FactoryError {
  return new FactoryError('input.invalid', `${what} is a MIME message that ${reason}; accepted: parts with a boundary`);
}

function splitHeaders(text: string): { headers: Map<string, string>; body: string } {
  const headers = new Map<string, string>();
  const lines = text.split('\n');
  let at = 0;
  let last: string | undefined;
  for (; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').replace(/\r$/, '');
    if (line === '') break;
    const match = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line);
    if (match !== null) {
      last = (match[1] ?? '').toLowerCase();
      headers.set(last, match[2] ?? '');
    } else if (/^[ \t]/.test(line) && last !== undefined) headers.set(last, `${headers.get(last)} ${line.trim()}`);
    else if (at === 0 && line.startsWith('From ')) continue;
    else break;
  }
  return { headers, body: lines.slice(at + 1).join('\n') };
}

function splitParts(body: string, boundary: string): string[] {
  const parts: string[][] = [];
  let current: string[] | undefined;
  for (const line of body.split('\n')) {
    const plain = line.trimEnd();
    if (plain === `--${boundary}--`) break;
    if (plain === `--${boundary}`) {
      current = [];
      parts.push(current);
    } else current?.push(line);
  }
  return parts.map((lines) => lines.join('\n'));
}

function findFilename(headers: ReadonlyMap<string, string>): string | undefined {
  const match = /filename="([^"]*)"|filename=([^\s;]+)/i.exec(headers.get('content-disposition') ?? '');
  return match?.[1] ?? match?.[2];
}

function decodeBody(headers: ReadonlyMap<string, string>, body: string): string {
  switch ((headers.get('content-transfer-encoding') ?? '7bit').trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body.replace(/\s+/g, ''), 'base64').toString('utf8');
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    default:
      return body;
  }
}

function decodeQuotedPrintable(body: string): string {
  const joined = body.replace(/=[ \t]*\r?\n/g, '');
  const bytes = joined.replace(/=([0-9A-Fa-f]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
