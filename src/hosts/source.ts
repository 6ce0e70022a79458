import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FactoryError, hasErrno, messageOf } from '../core/errors.ts';

export type HostFormat = 'csv' | 'json' | 'yaml';

/** A hosts file that can be read as often as need be. */
export interface HostSource {
  /** As messages name it. */
  file: string;
  /** Where it lies. */
  path: string;
  format: HostFormat;
  sizeBytes: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface SourceRequest {
  /** `-` is standard input. */
  path: string;
  cwd: string;
  stdin: () => AsyncIterable<Uint8Array>;
  /** A private folder that is there as long as the source is used: what can be read only once is kept in it. */
  temporary: string;
  signal: AbortSignal;
}

/**
 * Opens a hosts file: by the end of its name, else by its beginning, CSV, YAML or JSON.
 * @throws FactoryError `input.not-found`, `input.invalid` for a folder or UTF-16
 */
export async function openHosts(request: SourceRequest): Promise<HostSource> {
  const { path, cwd } = request;
  if (path === '-') return describe('standard input', await spool(request.stdin(), request));
  const full = resolve(cwd, path);
  const hint = "Name the hosts file with --hosts; '-' is standard input.";
  try {
    const found = await stat(full);
    if (found.isDirectory()) throw new FactoryError('input.invalid', `the hosts file '${path}' is a folder`, { hint });
    // A pipe, as `--hosts <(…)` gives it, can be read once.
    const readable = found.isFile() ? full : await spool(createReadStream(full), request);
    return await describe(path, readable);
  } catch (error) {
    if (error instanceof FactoryError) throw error;
    const reason = hasErrno(error, 'ENOENT') ? 'does not exist' : `cannot be read: ${messageOf(error)}`;
    throw new FactoryError('input.not-found', `the hosts file '${path}' ${reason}`, { hint, cause: error });
  }
}

async function spool(stream: AsyncIterable<Uint8Array>, { temporary, signal }: SourceRequest): Promise<string> {
  const path = join(temporary, 'hosts');
  await pipeline(stream, createWriteStream(path, { mode: 0o600 }), { signal });
  return path;
}

async function describe(file: string, path: string): Promise<HostSource> {
  const format = formatByName(file) ?? formatByBeginning(await readBeginning(path), file);
  const { size: sizeBytes } = await stat(path);
  return { file, path, format, sizeBytes, open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) };
}

function formatByName(file: string): HostFormat | undefined {
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return 'csv';
    case '.yaml':
    case '.yml':
      return 'yaml';
    case '.json':
    case '.ndjson':
    case '.jsonl':
      return 'json';
    default:
      return undefined;
  }
}

function formatByBeginning(bytes: Uint8Array, file: string): HostFormat {
  checkEncoding(bytes, file);
  const text = new TextDecoder().decode(bytes).trimStart();
  if (/^[[{]/.test(text)) return 'json';
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return /^(---|hosts\s*:|- |-\s*$)/.test(lines[0] ?? '') ? 'yaml' : 'csv';
}

async function readBeginning(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** @throws FactoryError `input.invalid` for UTF-16, which spreadsheets call Unicode text */
export function checkEncoding(bytes: Uint8Array, file: string): void {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (!isUtf16) return;
  throw new FactoryError('input.invalid', `${file} is UTF-16; accepted: UTF-8`, {
    hint: "Save it as 'CSV UTF-8', or: iconv -f UTF-16 -t UTF-8",
  });
}
