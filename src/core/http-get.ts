import { Agent as HttpAgent, get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { FactoryError, messageOf } from './errors.ts';
import { checkProxy } from './http-proxy.ts';

export interface HttpContext {
  signal: AbortSignal;
  /** Only the proxy variables are read. */
  env: Readonly<Record<string, string | undefined>>;
  /** Until the headers of the answer are there. */
  answerTimeoutMs: number;
  /** Longest silence while the body comes. */
  idleTimeoutMs: number;
}

const maxRedirects = 5;

/** A status other than the accepted ones. `status` tells whether asking again makes sense. */
export class HttpStatusError extends FactoryError {
  readonly status: number;

  constructor(url: string, status: number) {
    super('network.failed', `${url} answered with HTTP status ${status}`);
    this.status = status;
  }
}

/**
 * Opens a URL by GET and follows redirects, never from https to http. The caller reads or destroys the body.
 * @throws FactoryError `network.failed` (no connection, silence, too many redirects, no way to use the proxy) or `interrupted`.
 */
export async function openUrl(
  url: string,
  headers: Readonly<Record<string, string>>,
  context: HttpContext,
): Promise<IncomingMessage> {
  try {
    let target = url;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const response = await request(target, headersFor(target, url, headers), context);
      const location = response.headers.location;
      if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined) return response;
      response.destroy();
      target = resolveRedirect(target, location);
    }
  } catch (error) {
    throw transferError(url, error, context.signal);
  }
  throw new FactoryError('network.failed', `${url} redirects more than ${maxRedirects} times`);
}

/** Where a redirect leads. @throws FactoryError `network.failed` when that is from https to something else. Pure. */
export function resolveRedirect(from: string, location: string): string {
  const next = new URL(location, from).href;
  if (!from.startsWith('https:') || next.startsWith('https:')) return next;
  throw new FactoryError('network.failed', `${from} redirects to '${next}', which is not https`);
}

/** Credentials are for the host they were meant for, not for where it sends us. */
function headersFor(
  target: string,
  first: string,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (new URL(target).origin === new URL(first).origin) return headers;
  const { authorization: _, ...rest } = headers;
  return rest;
}

async function request(
  url: string,
  headers: Readonly<Record<string, string>>,
  context: HttpContext,
): Promise<IncomingMessage> {
  const { signal, env, answerTimeoutMs, idleTimeoutMs } = context;
  checkProxy(url, env);
  const secure = url.startsWith('https:');
  // One agent and one connection per request, closed with the answer: nothing outlives the request.
  const agentOptions = { keepAlive: false, proxyEnv: env };
  const options: RequestOptions = {
    headers: { 'user-agent': 'hybrid-node-factory', ...headers },
    signal,
    timeout: idleTimeoutMs,
    agent: secure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions),
  };
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const onAnswer = (response: IncomingMessage) => {
      clearTimeout(deadline);
      answer = response;
      resolve(response);
    };
    // Once there is an answer its reader has to learn the reason, not the request.
    const fail = (reason: string) => (answer ?? sent).destroy(new Error(reason));
    const sent = secure ? httpsGet(url, options, onAnswer) : httpGet(url, options, onAnswer);
    const deadline = setTimeout(() => fail(`no answer within ${answerTimeoutMs / 1000} s`), answerTimeoutMs);
    sent.on('timeout', () => fail(`silent for ${idleTimeoutMs / 1000} s`));
    sent.on('error', (cause) => {
      clearTimeout(deadline);
      reject(transferError(url, cause, signal));
    });
  });
}

/** Any failure of a transfer as the error a person sees. */
export function transferError(url: string, cause: unknown, signal: AbortSignal): FactoryError {
  if (cause instanceof FactoryError) return cause;
  if (signal.aborted) return new FactoryError('interrupted', `interrupted while fetching ${url}`, { cause });
  return new FactoryError('network.failed', `${url} could not be fetched: ${messageOf(cause)}`, { cause });
}

/** The whole body. @throws FactoryError as openUrl, HttpStatusError, and when it is larger than `maxBytes`. */
export async function fetchBytes(url: string, maxBytes: number, context: HttpContext): Promise<Buffer> {
  const response = await openUrl(url, {}, context);
  if (response.statusCode !== 200) {
    response.destroy();
    throw new HttpStatusError(url, response.statusCode ?? 0);
  }
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new FactoryError('network.failed', `${url} is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    throw transferError(url, error, context.signal);
  }
}

/** A small text. @throws FactoryError as fetchBytes. */
export async function fetchText(url: string, maxBytes: number, context: HttpContext): Promise<string> {
  return (await fetchBytes(url, maxBytes, context)).toString('utf8');
}
