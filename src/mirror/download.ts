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
  const hint = 'Run the same command again: the download is continued where it stopped.';
  await within({ url, path: partPath, timeoutMs: options.timeoutMs, hint }, context, async (timed) => {
    const continued = await transfer(url, partPath, timed);
    if (await hasSum(partPath, options.sha256)) return;
    if (continued) {
      context.log.debug(`${url}: the continued download has the wrong checksum, starting again`);
      await rm(partPath, { force: true });
      await transfer(url, partPath, timed);
    }
    await checkSum(url, partPath, options.sha256);
  });
}

/**
 * Downloads what nobody has a checksum of. Every try starts from nothing: pieces of two files would not be noticed.
 * @returns the SHA-256 of what came. @throws FactoryError `network.failed`, `exec.timeout`, `space.low`, `interrupted`.
 */
export async function downloadUnverified(
  url: string,
  path: string,
  { timeoutMs }: Pick<DownloadOptions, 'timeoutMs'>,
  context: DownloadContext,
): Promise<string> {
  const hint = 'Try again when the network is better: without a checksum a download starts from its beginning.';
  return within({ url, path, timeoutMs, hint }, context, async (timed) => {
    await transfer(url, path, timed, { resume: false });
    return sha256File(path, timed.signal);
  });
}

/** One deadline for all tries. */
async function within<T>(
  { url, path, timeoutMs, hint }: { url: string; path: string; timeoutMs: number; hint: string },
  context: DownloadContext,
  run: (timed: DownloadContext) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await run({ ...context, signal: AbortSignal.any([context.signal, deadline]) });
  } catch (error) {
    if (!deadline.aborted || context.signal.aborted) throw ioError(error, path);
    const message = `${url} was not there within ${timeoutMs / 1000} s`;
    throw new FactoryError('exec.timeout', message, { hint, cause: error });
  }
}

/** Fetches until the body is complete. True when some of it came from an earlier try. */
async function transfer(
  url: string,
  partPath: string,
  context: DownloadContext,
  { resume }: { resume: boolean } = { resume: true },
): Promise<boolean> {
  let continued = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const offset = resume ? await sizeOf(partPath) : 0;
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
  if (status === 416 && offset > 0) {
    // Nothing is left to fetch, or the part is longer than the file; the checksum tells which.
    response.destroy();
    return;
  }
  // A piece that was not asked for is not the file.
  if (status !== 200 && !(status === 206 && offset > 0)) {
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
