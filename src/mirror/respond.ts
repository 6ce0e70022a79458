import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { FactoryError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { parseRange } from './range.ts';
import type { Route } from './routes.ts';

export interface Outcome {
  path: string;
  status: number;
  /** Bytes of the body that were sent. */
  bytes: number;
  /** What was fetched, e.g. `kubelet 1.34.2 amd64`; absent for anything but an artifact. */
  what: string | undefined;
}

/** Answers one request out of the table of routes. */
export async function answerRoute(
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Outcome> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, path, 405, { allow: 'GET, HEAD' });
  const route = routes.get(path) ?? routes.get(decodePath(path));
  if (route === undefined) return refuse(response, path, 404);
  if (route.kind === 'text') return answerText(route, request, response, path);
  const file = await describeFile(route);
  return answerFile(file, request, response, path);
}

/** apt writes `%2b` for `+`. What comes out is only ever looked up in the table. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function refuse(response: ServerResponse, path: string, status: number, headers: Record<string, string> = {}): Outcome {
  response.writeHead(status, { ...headers, 'content-length': 0 }).end();
  return { path, status, bytes: 0, what: undefined };
}

function answerText(
  route: Extract<Route, { kind: 'text' }>,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Outcome {
  const body = Buffer.from(route.text(askedBaseUrl(request)));
  const etag = `"${sha256(body)}"`;
  if (request.headers['if-none-match'] === etag) return notModified(response, path, etag);
  const sent = request.method === 'HEAD' ? 0 : body.length;
  response.writeHead(200, { 'content-type': route.contentType, 'content-length': body.length, etag });
  response.end(sent === 0 ? undefined : body);
  return { path, status: 200, bytes: sent, what: route.what };
}

/** The address the client used, or the socket's own when its Host header is nothing one could put into a URL. */
function askedBaseUrl(request: IncomingMessage): string {
  const host = request.headers.host ?? '';
  if (/^(\[[0-9a-fA-F:]+\]|[0-9A-Za-z.-]+)(:\d{1,5})?$/.test(host)) return `http://${host}`;
  return `http://${request.socket.localAddress}:${request.socket.localPort}`;
}

interface ServedFile {
  file: string;
  bytes: number;
  etag: string;
  contentType: string;
  what: string;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** @throws FactoryError `io.failed` when the file is not the one that was listed: better no answer than a wrong one. */
async function describeFile(route: Exclude<Route, { kind: 'text' }>): Promise<ServedFile> {
  const stats = await stat(route.file);
  const { file, what } = route;
  if (route.kind === 'gzip') {
    return { file, what, bytes: stats.size, etag: `"${stats.size}-${stats.mtimeMs}"`, contentType: 'application/gzip' };
  }
  if (stats.size !== route.bytes) {
    throw new FactoryError('io.failed', `'${file}' has ${stats.size} bytes, the inventory says ${route.bytes}`);
  }
  const { bytes, sha256: digest, contentType, headers } = route;
  return { file, what, bytes, etag: `"${digest}"`, contentType, headers };
}

async function answerFile(
  file: ServedFile,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<Outcome> {
  if (request.headers['if-none-match'] === file.etag) return notModified(response, path, file.etag);
  const ifRange = request.headers['if-range'];
  const wanted = ifRange === undefined || ifRange === file.etag ? request.headers.range : undefined;
  const range = parseRange(wanted, file.bytes);
  if (range === 'unsatisfiable') return refuse(response, path, 416, { 'content-range': `bytes */${file.bytes}` });
  const start = range?.start ?? 0;
  const length = range === undefined ? file.bytes : range.end - range.start + 1;
  const status = range === undefined ? 200 : 206;
  response.writeHead(status, {
    'content-type': file.contentType,
    'content-length': length,
    'accept-ranges': 'bytes',
    etag: file.etag,
    ...file.headers,
    ...(range === undefined ? {} : { 'content-range': `bytes ${range.start}-${range.end}/${file.bytes}` }),
  });
  if (request.method === 'HEAD' || length === 0) {
    response.end();
    return { path, status, bytes: 0, what: file.what };
  }
  await pipeline(createReadStream(file.file, { start, end: start + length - 1, highWaterMark: 256 * 1024 }), response);
  return { path, status, bytes: length, what: file.what };
}

function notModified(response: ServerResponse, path: string, etag: string): Outcome {
  response.writeHead(304, { etag }).end();
  return { path, status: 304, bytes: 0, what: undefined };
}
