import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { ioError } from './io-error.ts';
import type { SecretRegistry } from './secrets.ts';
import { TextTail } from './text-tail.ts';

export interface StreamOptions {
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  logFile?: string;
  keepBytes?: number;
}

export interface Collected {
  stdout: TextTail;
  stderr: TextTail;
  /** Rejects when the log could not be written or `onLine` threw; the child's output is read to its end all the same. */
  closed: Promise<void>;
}

export type ChildStreams = { stdout: NodeJS.ReadableStream | null; stderr: NodeJS.ReadableStream | null };

const defaultKeepBytes = 64 * 1024 * 1024;

/** Reads both streams line by line, secrets masked, into memory, the log file and `onLine`. */
export function collectStreams(child: ChildStreams, options: StreamOptions, secrets: SecretRegistry): Collected {
  const log = options.logFile === undefined ? undefined : openLog(options.logFile);
  const stdout = new TextTail(options.keepBytes ?? defaultKeepBytes);
  const stderr = new TextTail(options.keepBytes ?? defaultKeepBytes);
  let failure: unknown;
  const take = (tail: TextTail, name: 'stdout' | 'stderr') => (line: string) => {
    const clean = secrets.redact(line);
    tail.push(clean);
    log?.stream.write(`${clean}\n`);
    try {
      options.onLine?.(clean, name);
    } catch (error) {
      failure ??= error;
    }
  };
  const ended = Promise.all([
    readLines(child.stdout, take(stdout, 'stdout')),
    readLines(child.stderr, take(stderr, 'stderr')),
  ]);
  const closed = ended.then(async () => {
    failure ??= await log?.close();
    if (failure !== undefined) throw failure;
  });
  closed.catch(() => {});
  return { stdout, stderr, closed };
}

/** A child that is killed may break its pipes; what came until then is kept. */
async function readLines(readable: NodeJS.ReadableStream | null, take: (line: string) => void): Promise<void> {
  if (readable === null) return;
  try {
    for await (const line of createInterface({ input: readable, crlfDelay: Number.POSITIVE_INFINITY })) take(line);
  } catch {
    return;
  }
}

function openLog(path: string): { stream: WriteStream; close(): Promise<unknown> } {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  let failure: unknown;
  stream.on('error', (error) => {
    failure ??= ioError(error, path);
  });
  const close = () =>
    new Promise<unknown>((resolve) => {
      if (stream.destroyed) resolve(failure);
      else stream.end(() => resolve(failure));
    });
  return { stream, close };
}
