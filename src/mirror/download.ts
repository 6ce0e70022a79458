import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../core/clock.ts';
import { FactoryError } from '../core/errors.ts';
import { sha256File } from '../core/hash.ts';
import { type HttpContext, HttpStatusError, openUrl, transferError } from '../core/http-get.ts';
import { ioError } from '../core/io-error.ts';
import type { Log } from '../core/log.ts';

export interface DownloadOptions {
  /** Lower-case hex; a file with another sum is thrown away. */
  sha256: string;
  /** For the whole download, all tries together. */
  timeoutMs: number;
}

export interface DownloadContext extends HttpContext {
  clock: Clock;
  log: Log;
  /** For every request, names in lower case; `authorization` is not sent on to another host. */
  headers?: Readonly<Record<string, string>>;
}

const maxTries = 5;
const retriedStatuses = [408, 425, 429, 500, 502, 503, 504];

/**
 * Downloads into `partPath`. What is there from an earlier try, also one of an earlier run, is continued with a Range request;
 * the checksum over everything decides, and if a continued file fails it, one more try starts from nothing.
 * @throws FactoryError `check.failed` with both sums, `network.failed`, `exec.timeout`, `space.low`, `interrupted`.
 */
export async function downloadFile(
  url: string,
  partPath: string,
  options: DownloadOptions,
  context: DownloadContext,
): Promise<void> {
  await mkdir(dirname(partPath), { recursive: true });
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const timed = { ...context, signal: AbortSignal.any([context.signal, deadline]) };
  try {
    const continued = await transfer(url, partPath, timed);
    if (await hasSum(partPath, options.sha256)) return;
    if (continued) {
      context.log.debug(`${url}: the continued download has the wrong checksum, starting again`);
      await rm(partPath, { force: true });
      await transfer(url, partPath, timed);
    }
    await checkSum(url, partPath, options.sha256);
  } catch (error) {
    if (!deadline.aborted || context.signal.aborted) throw ioError(error, partPath);
    throw new FactoryError('exec.timeout', `${url} was not there within ${options.timeoutMs / 1000} s`, {
      hint: 'Run the same command again: the download is continued where it stopped.',
      cause: error,
    });
  }
}

/** Fetches until the body is complete. True when some of it came from an earlier try. */
async function transfer(url: string, partPath: string, context: DownloadContext): Promise<boolean> {
  let continued = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const offset = await sizeOf(partPath);
      continued ||= offset > 0;
      await fetchFrom(url, partPath, offset, context);
      return continued;
    } catch (error) {
      if (attempt >= maxTries || !isWorthAnotherTry(error)) throw error;
      context.log.debug(`${url}: try ${attempt} failed, going on`, { reason: String(error) });
      await context.clock.sleep(250 * 2 ** attempt, context.signal);
    }
  }
}

async function fetchFrom(url: string, partPath: string, offset: number, context: DownloadContext): Promise<void> {
  const range = offset > 0 ? { range: `bytes=${offset}-` } : {};
  const response = await openUrl(url, { ...context.headers, ...range }, context);
  const status = response.statusCode ?? 0;
  if (status === 416) {
    // Nothing is left to fetch, or the part is longer than the file; the checksum tells which.
    response.destroy();
    return;
  }
  if (status !== 200 && status !== 206) {
    response.destroy();
    throw new HttpStatusError(url, status);
  }
  await writeBody(url, response, partPath, status === 206 ? offset : 0, context);
}

async function writeBody(
  url: string,
  response: IncomingMessage,
  partPath: string,
  offset: number,
  context: DownloadContext,
): Promise<void> {
  const file = createWriteStream(partPath, offset > 0 ? { flags: 'r+', start: offset } : { flags: 'w', mode: 0o644 });
  try {
    await pipeline(response, file, { signal: context.signal });
  } catch (error) {
    const local = ioError(error, partPath);
    throw local instanceof FactoryError ? local : transferError(url, error, context.signal);
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof HttpStatusError) return retriedStatuses.includes(error.status);
  return error instanceof FactoryError && error.code === 'network.failed';
}

async function checkSum(url: string, path: string, expected: string): Promise<void> {
  const found = await sha256File(path);
  if (found === expected) return;
  await rm(path, { force: true });
  throw new FactoryError('check.failed', `${url} has SHA-256 ${found}, published is ${expected}`, {
    hint: 'Something between here and the server changes files, or the publisher is replacing them right now; try again later.',
  });
}

async function hasSum(path: string, expected: string): Promise<boolean> {
  return (await sha256File(path)) === expected;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
}
