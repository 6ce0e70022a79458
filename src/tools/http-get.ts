import { Agent as HttpAgent, get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { FactoryError, messageOf } from '../core/errors.ts';

export interface HttpOptions {
  signal: AbortSignal;
  /** Only the proxy variables are read (Node ≥ 22.21 and ≥ 24.5). */
  env: Readonly<Record<string, string | undefined>>;
  /** Until the headers of the answer are there. */
  answerTimeoutMs: number;
  /** Longest silence while the body comes. */
  idleTimeoutMs: number;
  maxBytes: number;
}

/** The server answered, and not with the file: it is in reach. */
export class HttpStatusError extends FactoryError {
  constructor(url: string, status: number) {
    super('network.failed', `${url} answered with HTTP status ${status}`);
  }
}

/**
 * The body behind a URL. Redirects are followed, never from https to http.
 * @throws HttpStatusError for an answer other than 200, FactoryError `network.failed` or `interrupted`.
 */
export async function fetchBytes(url: string, options: HttpOptions): Promise<Buffer> {
  try {
    const response = await open(url, options, 5);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > options.maxBytes)
        throw new FactoryError('network.failed', `${url} is over ${options.maxBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    if (cause instanceof FactoryError) throw cause;
    if (options.signal.aborted) throw new FactoryError('interrupted', `interrupted while fetching ${url}`, { cause });
    throw new FactoryError('network.failed', `${url} could not be fetched: ${messageOf(cause)}`, { cause });
  }
}

async function open(url: string, options: HttpOptions, hops: number): Promise<IncomingMessage> {
  const response = await request(url, options);
  const location = response.headers.location;
  if (location !== undefined && [301, 302, 303, 307, 308].includes(response.statusCode ?? 0)) {
    response.destroy();
    const next = new URL(location, url).href;
    if (hops === 0 || (url.startsWith('https:') && !next.startsWith('https:'))) {
      throw new FactoryError('network.failed', `${url} redirects to '${next}', which is not followed`);
    }
    return open(next, options, hops - 1);
  }
  if (response.statusCode === 200) return response;
  response.destroy();
  throw new HttpStatusError(url, response.statusCode ?? 0);
}

function request(url: string, options: HttpOptions): Promise<IncomingMessage> {
  const secure = url.startsWith('https:');
  const settings: RequestOptions = {
    headers: { 'user-agent': 'hybrid-node-factory' },
    signal: options.signal,
    timeout: options.idleTimeoutMs,
    agent: secure ? new HttpsAgent({ proxyEnv: options.env }) : new HttpAgent({ proxyEnv: options.env }),
  };
  return new Promise((resolve, reject) => {
    const onAnswer = (response: IncomingMessage) => {
      clearTimeout(deadline);
      resolve(response);
    };
    const sent = secure ? httpsGet(url, settings, onAnswer) : httpGet(url, settings, onAnswer);
    const late = () => sent.destroy(new Error(`no answer within ${options.answerTimeoutMs / 1000} s`));
    const deadline = setTimeout(late, options.answerTimeoutMs);
    sent.on('timeout', () => sent.destroy(new Error(`silent for ${options.idleTimeoutMs / 1000} s`)));
    sent.on('error', (cause) => {
      clearTimeout(deadline);
      reject(cause);
    });
  });
}
