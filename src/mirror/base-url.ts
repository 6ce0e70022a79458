import { FactoryError } from '../core/errors.ts';

/** Where `hnf mirror serve` listens when nothing else is asked for, and so what a manifest points to by default. */
export const defaultListen = '127.0.0.1:8080';

export const defaultBaseUrl = `http://${defaultListen}`;

/**
 * The public address of a mirror without a trailing slash.
 * @throws FactoryError `usage` for anything but a plain http or https URL: nodeadm fetches artifacts by nothing else.
 */
export function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!isPlain || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new FactoryError(
      'usage',
      `'${text}' cannot be the address of a mirror: accepted is http(s)://host[:port][/path]`,
      {
        hint: 'Give the address under which the nodes will reach the folder, e.g. https://mirror.example.com/eks.',
      },
    );
  }
  return url.href.replace(/\/+$/, '');
}

export interface ListenAddress {
  host: string;
  port: number;
}

/**
 * `HOST:PORT`, `[V6]:PORT` or `PORT` (then on loopback); port 0 is any free one.
 * @throws FactoryError `usage`
 */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([0-9A-Za-z.-]+)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match !== null && port <= 65535) return { host: match[1] ?? match[2] ?? '127.0.0.1', port };
  throw new FactoryError(
    'usage',
    `'${text}' is no address to listen on: accepted is HOST:PORT or PORT, e.g. ${defaultListen}`,
  );
}

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
