import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchBytes, fetchText, type HttpContext, openUrl, resolveRedirect } from '../../src/core/http-get.ts';
import { checkProxy } from '../../src/core/http-proxy.ts';
import { waitUntil } from '../helpers/wait.ts';

const body = Buffer.from('0123456789'.repeat(20_000));
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function context(change: Partial<HttpContext> = {}): HttpContext {
  const signal = new AbortController().signal;
  return { signal, env: {}, answerTimeoutMs: 5000, idleTimeoutMs: 5000, ...change };
}

describe('core/http-get', () => {
  it('follows redirects, but not for ever', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/goal') response.end('here');
      else response.writeHead(302, { location: request.url === '/loop' ? '/loop' : '/goal' }).end();
    });
    expect(await fetchText(`${url}/start`, 100, context())).toBe('here');
    await expect(fetchText(`${url}/loop`, 100, context())).rejects.toThrow('redirects more than 5 times');
  });

  it('follows no redirect from https to http', () => {
    expect(resolveRedirect('https://a/b', '/c')).toBe('https://a/c');
    expect(resolveRedirect('http://a/b', 'https://c/')).toBe('https://c/');
    expect(() => resolveRedirect('https://a/b', 'http://a/b')).toThrow("redirects to 'http://a/b', which is not https");
  });

  it('gives an ordinary error for an address that is none', async () => {
    const url = await serve((_, response) => void response.writeHead(302, { location: 'http://[' }).end());
    await expect(fetchText(url, 100, context())).rejects.toMatchObject({ code: 'network.failed' });
    await expect(fetchText('ftp://host/file', 100, context())).rejects.toMatchObject({ code: 'network.failed' });
    await expect(fetchText('file', 100, context())).rejects.toMatchObject({ code: 'network.failed' });
  });

  it('gives the bytes as they are, and no more than agreed', async () => {
    const url = await serve((_, response) => void response.end(body));
    expect(await fetchBytes(url, body.length, context())).toEqual(body);
    await expect(fetchBytes(url, body.length - 1, context())).rejects.toThrow(`larger than ${body.length - 1} bytes`);
  });

  it('tells the status', async () => {
    const url = await serve((_, response) => void response.writeHead(404).end());
    await expect(fetchBytes(url, 100, context())).rejects.toMatchObject({ code: 'network.failed', status: 404 });
  });

  it('waits for an answer, and for the next byte, only so long', async () => {
    const silent = await serve(() => {});
    const failed = fetchText(silent, 1000, context({ answerTimeoutMs: 50 }));
    await expect(failed).rejects.toMatchObject({ code: 'network.failed', message: expect.stringContaining('0.05 s') });
    const stalls = await serve((_, response) => void response.write('x'));
    const stalled = fetchText(stalls, 1000, context({ idleTimeoutMs: 50 }));
    await expect(stalled).rejects.toMatchObject({ code: 'network.failed', message: expect.stringContaining('silent') });
  });

  it('stops at an interrupt, before and after the answer', async () => {
    const controller = new AbortController();
    const url = await serve((_, response) => void response.write('x', () => controller.abort()));
    await expect(fetchText(url, 1000, context({ signal: controller.signal }))).rejects.toMatchObject({
      code: 'interrupted',
    });
    await expect(fetchText(url, 1000, context({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'interrupted',
    });
  });

  it('leaves no connection open', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/file' }).end();
      else response.writeHead(request.url === '/file' ? 200 : 404).end(body);
    });
    await fetchBytes(`${url}/moved`, body.length, context());
    await fetchBytes(`${url}/missing`, body.length, context()).catch(() => {});
    (await openUrl(`${url}/file`, {}, context())).destroy();
    const open = () => new Promise<number>((resolve) => servers[0]?.getConnections((_, count) => resolve(count)));
    await waitUntil(async () => (await open()) === 0, { timeoutMs: 3000, what: () => 'a connection stays open' });
  });
});

describe('core/http-proxy', () => {
  it('goes through the proxy of the environment', async () => {
    const proxy = await serve((request, response) => void response.end(`asked for ${request.url}`));
    const text = await fetchText('http://nowhere.invalid/file', 100, context({ env: { HTTP_PROXY: proxy } }));
    expect(text).toBe('asked for http://nowhere.invalid/file');
  });

  const url = 'https://releases.example.com/file';
  const env = { HTTPS_PROXY: 'http://user:hunter2@proxy:3128' };

  it.each(['22.18.0', '22.20.1', '23.11.0', '24.4.1'])('refuses to go past a proxy that Node %s ignores', (version) => {
    expect(() => checkProxy(url, env, version)).toThrow(
      `${url} is to go through the proxy in HTTPS_PROXY, which Node ${version} cannot do`,
    );
    expect(() => checkProxy(url, { ...env, NO_PROXY: 'other, .example.com:443' }, version)).not.toThrow();
    expect(() => checkProxy(url, { HTTP_PROXY: 'http://proxy' }, version)).not.toThrow();
    expect(() => checkProxy(url, { HTTPS_PROXY: '' }, version)).not.toThrow();
  });

  it.each(['22.21.0', '24.5.0', '25.0.0'])('has nothing against a proxy that Node %s uses', (version) => {
    expect(() => checkProxy(url, env, version)).not.toThrow();
  });

  it('refuses a proxy that is none, without showing it', () => {
    for (const https_proxy of ['proxy:3128', 'socks5://user:hunter2@proxy', 'http://']) {
      expect(() => checkProxy(url, { https_proxy })).toThrow('the proxy in https_proxy is none; accepted is http://');
      expect(() => checkProxy(url, { https_proxy })).not.toThrow('hunter2');
    }
  });
});
