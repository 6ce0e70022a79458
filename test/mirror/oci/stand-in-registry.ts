import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { indexType, manifestType, type SampleImage } from './sample-image.ts';

export interface StandInRegistry {
  /** `127.0.0.1:PORT` */
  host: string;
  /** Requests to the registry itself: path and Authorization header. */
  asked: { path: string; authorization: string | undefined }[];
  /** Requests to where it sends for blobs. */
  askedStorage: { path: string; authorization: string | undefined }[];
  stop(): Promise<void>;
}

export interface RegistryOptions {
  /** What a token costs; none: anybody gets one. */
  login?: string;
  /** Answers blobs with other bytes. */
  damaged?: boolean;
  /** Requests that a token is good for. */
  tokenUses?: number;
}

/** Stands for a registry as the large ones are: tokens, blobs on another host by redirect. One repository, `team/app`, tag `1`. */
export async function startRegistry(image: SampleImage, options: RegistryOptions = {}): Promise<StandInRegistry> {
  const asked: StandInRegistry['asked'] = [];
  const askedStorage: StandInRegistry['askedStorage'] = [];
  const note = (list: StandInRegistry['asked'], { url, headers }: IncomingMessage) =>
    list.push({ path: url ?? '', authorization: headers.authorization });
  const storage = createServer((request, response) => {
    note(askedStorage, request);
    const digest = request.url?.slice(1) ?? '';
    const content = image.blobs.get(digest) ?? Buffer.alloc(0);
    response.end(options.damaged === true ? Buffer.from('other') : content);
  });
  await listen(storage);
  const tokens = new Map<string, number>();
  const registry = createServer((request, response) => {
    note(asked, request);
    answer(request, response, { image, options, tokens, port: portOf(registry), storagePort: portOf(storage) });
  });
  await listen(registry);
  const stop = async () => {
    for (const server of [registry, storage]) {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    }
  };
  return { host: `127.0.0.1:${portOf(registry)}`, asked, askedStorage, stop };
}

interface Surroundings {
  image: SampleImage;
  options: RegistryOptions;
  /** Token → requests it is still good for. */
  tokens: Map<string, number>;
  port: number;
  storagePort: number;
}

function answer(
  { url = '', headers }: IncomingMessage,
  response: ServerResponse,
  { image, options, tokens, port, storagePort }: Surroundings,
): void {
  if (url.startsWith('/token')) {
    const isAllowed = options.login === undefined || headers.authorization === options.login;
    const token = `sesame-${tokens.size}`;
    if (isAllowed) tokens.set(`Bearer ${token}`, options.tokenUses ?? 1000);
    response.writeHead(isAllowed ? 200 : 401).end(JSON.stringify({ token }));
    return;
  }
  const left = tokens.get(headers.authorization ?? '') ?? 0;
  if (left === 0) {
    const challenge = `Bearer realm="http://127.0.0.1:${port}/token",service="stand-in",scope="repository:team/app:pull"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
    return;
  }
  tokens.set(headers.authorization ?? '', left - 1);
  const [, kind, target = ''] = /^\/v2\/team\/app\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
  const digest = target === '1' ? image.index : target;
  const content = image.blobs.get(digest);
  if (content === undefined) response.writeHead(404).end();
  else if (kind === 'blobs') response.writeHead(307, { location: `http://localhost:${storagePort}/${digest}` }).end();
  else response.writeHead(200, { 'content-type': digest === image.index ? indexType : manifestType }).end(content);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
