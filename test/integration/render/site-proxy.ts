import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SiteProxy {
  url: string;
  /** Every address that was asked for. */
  asked: string[];
  stop(): Promise<void>;
}

/** A site's HTTP proxy: passes on what is asked of it, under other names where `names` says so. */
export async function startSiteProxy(names: Readonly<Record<string, string>> = {}): Promise<SiteProxy> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const address = request.url ?? '';
    asked.push(address);
    const target = URL.canParse(address) ? new URL(address) : undefined;
    if (target === undefined) {
      response.writeHead(400).end();
      return;
    }
    target.hostname = names[target.hostname] ?? target.hostname;
    const { host: _host, 'proxy-connection': _connection, ...headers } = request.headers;
    const sent = get(target, { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, asked, stop };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}
