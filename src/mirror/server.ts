import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FactoryError, hasErrno, messageOf } from '../core/errors.ts';
import type { ServeContext } from './context.ts';
import type { Inventory } from './inventory.ts';
import { answerRoute } from './respond.ts';
import { buildRoutes, type Route } from './routes.ts';
import { Slots } from './slots.ts';

export interface MirrorServerOptions {
  /** Default 127.0.0.1. A guest of QEMU's user network reaches the host's loopback as 10.0.2.2. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Address to write into the manifest; default: the one each client used to ask (its Host header). */
  baseUrl?: string | undefined;
  /** Who asks, for the events; default `a client`. */
  client?: string;
  /** What is answered besides, by path or, as to a proxy, by whole address. */
  more?: ReadonlyMap<string, Route> | undefined;
  /** Files streamed at once; default 16. More requests wait. */
  maxStreams?: number;
}

/** One answered request. */
export interface ServedRequest {
  path: string;
  status: number;
  bytes: number;
}

export interface MirrorServer {
  host: string;
  port: number;
  /** As seen on this machine, e.g. `http://127.0.0.1:40123`. */
  url: string;
  /** The last 1000 requests that were answered, oldest first. */
  served: readonly ServedRequest[];
  /** Ends open transfers and waits until the port is free; never rejects, may be called again. */
  stop(): Promise<void>;
}

const maxConnections = 256;
const rememberedRequests = 1000;
/** A client that neither reads nor writes for this long loses its connection, and its slot. */
const idleTimeoutMs = 120_000;

/**
 * Serves an inventory over plain HTTP: GET and HEAD of the listed files, nothing else. Stops by itself when the signal fires.
 * @throws FactoryError `busy` when the port is taken, `input.invalid` when the address cannot be listened on, `interrupted`.
 */
export async function startMirrorServer(
  inventory: Inventory,
  options: MirrorServerOptions,
  context: ServeContext,
): Promise<MirrorServer> {
  if (context.signal.aborted) throw new FactoryError('interrupted', 'interrupted before the mirror was started');
  const host = options.host ?? '127.0.0.1';
  const served: ServedRequest[] = [];
  const server = createHandlingServer(inventory, options, context, served);
  await listen(server, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const stop = createStop(server, context.signal);
  return { host, port, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, served, stop };
}

/** As startMirrorServer; the server lives as long as `use` runs. */
export async function withMirrorServer<T>(
  inventory: Inventory,
  options: MirrorServerOptions,
  context: ServeContext,
  use: (server: MirrorServer) => Promise<T>,
): Promise<T> {
  const server = await startMirrorServer(inventory, options, context);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

function createHandlingServer(
  inventory: Inventory,
  options: MirrorServerOptions,
  context: ServeContext,
  served: ServedRequest[],
): Server {
  const routes = new Map([...buildRoutes(inventory, options.baseUrl), ...(options.more ?? [])]);
  const slots = new Slots(options.maxStreams ?? 16);
  const client = options.client ?? 'a client';
  const server = createServer((request, response) => {
    const handle = async () => {
      const outcome = await answerRoute(routes, request, response);
      served.push({ path: outcome.path, status: outcome.status, bytes: outcome.bytes });
      if (served.length > rememberedRequests) served.shift();
      report(context, client, request, outcome);
    };
    slots.run(handle).catch((error: unknown) => dropRequest(context, request, response, error));
  });
  server.maxConnections = maxConnections;
  server.setTimeout(idleTimeoutMs);
  return server;
}

function report(
  context: ServeContext,
  client: string,
  request: IncomingMessage,
  outcome: ServedRequest & { what: string | undefined },
): void {
  context.log.debug(`${request.method} ${outcome.path} ${outcome.status}`, { bytes: outcome.bytes });
  if (outcome.what === undefined || outcome.status >= 300 || request.method !== 'GET') return;
  context.emit({ ...context.label, status: 'progress', detail: `${client} fetched ${outcome.what}` });
}

/** A client that went away is its own affair; anything else is ours and is told. */
function dropRequest(context: ServeContext, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const gone = hasErrno(error, 'ERR_STREAM_PREMATURE_CLOSE') || hasErrno(error, 'ECONNRESET');
  if (gone) context.log.debug(`${request.method} ${request.url} was broken off`);
  else context.log.warn(`${request.method} ${request.url} failed: ${messageOf(error)}`);
  if (!response.headersSent) response.writeHead(500).end();
  else response.destroy();
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen({ host, port }, resolve);
  });
}

function listenError(error: Error, host: string, port: number): FactoryError {
  const where = `${host}:${port}`;
  if (hasErrno(error, 'EADDRINUSE')) {
    const hint = 'Choose another port with --listen, or end the program that uses this one.';
    return new FactoryError('busy', `cannot listen on ${where}: the port is taken`, { hint, cause: error });
  }
  const hint = 'Give an address of this machine and a port above 1023, e.g. 127.0.0.1:8080.';
  return new FactoryError('input.invalid', `cannot listen on ${where}: ${error.message}`, { hint, cause: error });
}

function createStop(server: Server, signal: AbortSignal): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = () => {
    signal.removeEventListener('abort', onAbort);
    stopped ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return stopped;
  };
  const onAbort = () => void stop();
  signal.addEventListener('abort', onAbort, { once: true });
  return stop;
}
