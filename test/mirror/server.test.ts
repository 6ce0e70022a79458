import { truncate } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { load } from 'js-yaml';
import { afterEach, describe, expect, it } from 'vitest';
import type { FactoryEvent } from '../../src/core/events.ts';
import { type MirrorServer, type MirrorServerOptions, startMirrorServer } from '../../src/mirror/server.ts';
import { placeSample, sampleContent, sampleContext } from './sample.ts';

const kubelet = '/artifacts/kubelet/1.34.2/amd64/kubelet';
const running: MirrorServer[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function start(options: MirrorServerOptions = {}, change: Parameters<typeof sampleContext>[0] = {}) {
  const { inventory } = await placeSample();
  const server = await startMirrorServer(inventory, options, await sampleContext(change));
  running.push(server);
  return { server, inventory };
}

describe('mirror/server', () => {
  it('serves a file whole with length, etag and the right bytes, on loopback by default', async () => {
    const { server, inventory } = await start();
    const answer = await fetch(`${server.url}${kubelet}`);
    expect(server.host).toBe('127.0.0.1');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe(String(sampleContent('kubelet').length));
    expect(answer.headers.get('etag')).toBe(`"${inventory.items[0]?.sha256}"`);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(sampleContent('kubelet'));
  });

  it('serves checksum files as sha256sum writes them', async () => {
    const { server } = await start();
    expect(await (await fetch(`${server.url}${kubelet}.sha256`)).text()).toMatch(/^[0-9a-f]{64} {2}kubelet\n$/);
  });

  it('answers HEAD with the headers only', async () => {
    const { server } = await start();
    const answer = await fetch(`${server.url}${kubelet}`, { method: 'HEAD' });
    expect(answer.headers.get('content-length')).toBe(String(sampleContent('kubelet').length));
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
  });

  it('continues a broken download', async () => {
    const { server } = await start();
    const whole = sampleContent('kubelet');
    const answer = await fetch(`${server.url}${kubelet}`, { headers: { range: 'bytes=100-' } });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes 100-${whole.length - 1}/${whole.length}`);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(whole.subarray(100));
  });

  it('sends the whole file when the part belongs to another version of it, 416 when nothing is left', async () => {
    const { server } = await start();
    const other = await fetch(`${server.url}${kubelet}`, { headers: { range: 'bytes=100-', 'if-range': '"old"' } });
    expect(other.status).toBe(200);
    const past = await fetch(`${server.url}${kubelet}`, { headers: { range: 'bytes=999999-' } });
    expect(past.status).toBe(416);
    expect(past.headers.get('content-range')).toBe(`bytes */${sampleContent('kubelet').length}`);
  });

  it('answers 304 to a client that has the file', async () => {
    const { server, inventory } = await start();
    const headers = { 'if-none-match': `"${inventory.items[0]?.sha256}"` };
    expect((await fetch(`${server.url}${kubelet}`, { headers })).status).toBe(304);
  });

  it.each([
    '/',
    '/artifacts',
    '/../../etc/passwd',
    '/artifacts/kubelet/1.34.2/amd64/../../../../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//etc/passwd',
    `${kubelet}/`,
    `${kubelet}.gz`,
  ])('knows nothing but the listed files: %s', async (path) => {
    const { server } = await start();
    expect(await rawStatus(server, path)).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const { server } = await start();
    const answer = await fetch(`${server.url}${kubelet}`, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('writes the manifest for the address the client used', async () => {
    const { server } = await start();
    const manifest = await hostedText(server, '/manifest.yaml', '10.0.2.2:8123');
    const uris = [...manifest.matchAll(/uri: "(.*)"/g)].map((match) => match[1]);
    expect(uris.length).toBe(12);
    for (const uri of uris) expect(uri).toMatch(/^http:\/\/10\.0\.2\.2:8123\/artifacts\//);
  });

  it('does not put a hostile Host header into the manifest', async () => {
    const { server } = await start();
    const manifest = await hostedText(server, '/manifest.yaml', 'evil"\\:x');
    expect(manifest).not.toContain('evil');
    expect(Object.keys(load(manifest) as object)).toContain('supported_eks_releases');
  });

  it('writes the manifest for a fixed address when there is one', async () => {
    const { server } = await start({ baseUrl: 'https://mirror.example.com/eks' });
    const manifest = await (await fetch(`${server.url}/manifest.yaml`)).text();
    expect(manifest).toContain('uri: "https://mirror.example.com/eks/artifacts/kubelet/');
  });

  it('tells what was fetched, once it was', async () => {
    const events: Omit<FactoryEvent, 'at'>[] = [];
    const { server } = await start({ client: 'guest' }, { emit: (event) => events.push(event) });
    await (await fetch(`${server.url}${kubelet}`)).arrayBuffer();
    await (await fetch(`${server.url}${kubelet}.sha256`)).text();
    await fetch(`${server.url}/nothing`);
    await expect.poll(() => events.map((event) => event.detail)).toEqual(['guest fetched kubelet 1.34.2 amd64']);
    expect(server.served.map((one) => [one.path, one.status])).toEqual([
      [kubelet, 200],
      [`${kubelet}.sha256`, 200],
      ['/nothing', 404],
    ]);
  });

  it('gives no answer rather than a wrong one when a file changed its size', async () => {
    const warnings: string[] = [];
    const log = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message) };
    const { server, inventory } = await start({}, { log });
    await truncate(inventory.items[0]?.file ?? '', 10);
    expect((await fetch(`${server.url}${kubelet}`)).status).toBe(500);
    expect(warnings.join()).toMatch(/has 10 bytes, the inventory says/);
  });

  it('answers many at once with few open files', async () => {
    const { server } = await start({ maxStreams: 2 });
    const answers = await Promise.all(
      Array.from({ length: 40 }, async () => (await (await fetch(`${server.url}${kubelet}`)).arrayBuffer()).byteLength),
    );
    expect(new Set(answers)).toEqual(new Set([sampleContent('kubelet').length]));
  });

  it('stops at once when the signal fires, open connections or not', async () => {
    const controller = new AbortController();
    const { server } = await start({}, { signal: controller.signal });
    const socket = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const startedAt = performance.now();
    controller.abort();
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(1000);
    await expect(fetch(`${server.url}${kubelet}`)).rejects.toThrow();
  });

  it('says when the port is taken or the address is not ours', async () => {
    const { server, inventory } = await start();
    const context = await sampleContext();
    await expect(startMirrorServer(inventory, { port: server.port }, context)).rejects.toMatchObject({ code: 'busy' });
    await expect(startMirrorServer(inventory, { host: '192.0.2.1' }, context)).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });
});

/** fetch tidies paths up; this sends them as they are. */
function rawStatus(server: MirrorServer, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: server.host, port: server.port, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.once('error', reject).end();
  });
}

function hostedText(server: MirrorServer, path: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: server.host, port: server.port, path, headers: { host } }, (answer) =>
      text(answer).then(resolve, reject),
    );
    sent.once('error', reject).end();
  });
}
