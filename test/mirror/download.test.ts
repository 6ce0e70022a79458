import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { silentLog } from '../../src/core/log.ts';
import { type DownloadContext, downloadFile, downloadUnverified } from '../../src/mirror/download.ts';
import { makeFolder } from './sample.ts';

const body = Buffer.from('0123456789'.repeat(20_000));
const sum = sha256(body);
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

/** Waits are noted, not waited. */
function context(change: Partial<DownloadContext> = {}): DownloadContext {
  return {
    signal: new AbortController().signal,
    env: {},
    answerTimeoutMs: 5000,
    idleTimeoutMs: 5000,
    log: silentLog,
    clock: { now: () => Date.now(), sleep: async () => {} },
    ...change,
  };
}

/** A file server with Range that breaks the first `breaks` answers off in the middle. */
function flaky(breaks: number, asked: (string | undefined)[] = []): RequestListener {
  let left = breaks;
  return (request, response) => {
    const range = request.headers.range;
    asked.push(range);
    const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    const rest = body.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length });
    if (left === 0) response.end(rest);
    else response.write(rest.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20));
    left = Math.max(0, left - 1);
  };
}

async function part(): Promise<string> {
  return join(await makeFolder('download'), 'file.part');
}

const options = { sha256: sum, timeoutMs: 10_000 };

describe('mirror/download', () => {
  it('fetches a file', async () => {
    const path = await part();
    await downloadFile(await serve(flaky(0)), path, options, context());
    expect(sha256(await readFile(path))).toBe(sum);
  });

  it('goes on where the connection broke', async () => {
    const asked: (string | undefined)[] = [];
    const path = await part();
    await downloadFile(await serve(flaky(2, asked)), path, options, context());
    expect(sha256(await readFile(path))).toBe(sum);
    expect(asked[0]).toBeUndefined();
    expect(asked.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
  });

  it('continues what an earlier run left', async () => {
    const asked: (string | undefined)[] = [];
    const path = await part();
    await writeFile(path, body.subarray(0, 123_456));
    await downloadFile(await serve(flaky(0, asked)), path, options, context());
    expect(asked).toEqual(['bytes=123456-']);
    expect(sha256(await readFile(path))).toBe(sum);
  });

  it('starts over when what was left is of another file', async () => {
    const path = await part();
    await writeFile(path, Buffer.alloc(1000, 'x'));
    await downloadFile(await serve(flaky(0)), path, options, context());
    expect(sha256(await readFile(path))).toBe(sum);
  });

  it('starts over when what was left is longer than the file', async () => {
    const path = await part();
    await writeFile(path, Buffer.concat([body, body]));
    const url = await serve((request, response) => {
      if (request.headers.range !== undefined) response.writeHead(416).end();
      else response.end(body);
    });
    await downloadFile(url, path, options, context());
    expect(sha256(await readFile(path))).toBe(sum);
  });

  it('reports both sums and keeps nothing when the file is not the published one', async () => {
    const path = await part();
    const url = await serve((_, response) => response.end('another file'));
    const failed = downloadFile(url, path, options, context());
    await expect(failed).rejects.toMatchObject({ code: 'check.failed' });
    await expect(failed).rejects.toThrow(`${url} has SHA-256 ${sha256('another file')}, published is ${sum}`);
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('asks once for what is not there and several times for what is overloaded', async () => {
    let asked = 0;
    const missing = await serve((_, response) => response.writeHead(404, { x: asked++ }).end());
    await expect(downloadFile(missing, await part(), options, context())).rejects.toThrow('HTTP status 404');
    expect(asked).toBe(1);
    asked = 0;
    const busy = await serve((_, response) => response.writeHead(503, { x: asked++ }).end());
    await expect(downloadFile(busy, await part(), options, context())).rejects.toThrow('HTTP status 503');
    expect(asked).toBe(5);
  });

  it('keeps its deadline with a server that drips', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': body.length });
      const drip = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(drip));
    });
    const failed = downloadFile(url, await part(), { sha256: sum, timeoutMs: 300 }, context());
    await expect(failed).rejects.toMatchObject({ code: 'exec.timeout' });
  });

  it('gives up on silence', async () => {
    const url = await serve((_, response) => void response.writeHead(200, { 'content-length': 10 }).flushHeaders());
    const failed = downloadFile(url, await part(), options, context({ idleTimeoutMs: 50 }));
    await expect(failed).rejects.toMatchObject({ code: 'network.failed', message: expect.stringContaining('silent') });
  });

  it('stops at once when interrupted and leaves what it has for the next run', async () => {
    const controller = new AbortController();
    const path = await part();
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 50_000), () => setTimeout(() => controller.abort(), 50));
    });
    const failed = downloadFile(url, path, options, context({ signal: controller.signal }));
    await expect(failed).rejects.toMatchObject({ code: 'interrupted' });
    expect((await readFile(path)).length).toBe(50_000);
  });
});

describe('mirror/download unverified', () => {
  const limits = { timeoutMs: 60_000 };

  it('starts every try from nothing, and says what came', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve(flaky(2, asked));
    const path = await part();
    await writeFile(path, 'what an earlier run left');
    expect(await downloadUnverified(url, path, limits, context())).toBe(sum);
    expect((await readFile(path)).equals(body)).toBe(true);
    expect(asked).toEqual([undefined, undefined, undefined]);
  });

  it('takes no answer that says there is none', async () => {
    for (const status of [404, 416, 206]) {
      const url = await serve((_, response) => response.writeHead(status).end('no'));
      const run = downloadUnverified(url, await part(), limits, context());
      await expect(run).rejects.toMatchObject({
        code: 'network.failed',
        message: expect.stringContaining(`${status}`),
      });
    }
  });

  it('gives up in time', async () => {
    const url = await serve((_, response) => response.writeHead(200).write('x'));
    const run = downloadUnverified(url, await part(), { timeoutMs: 200 }, context());
    await expect(run).rejects.toMatchObject({
      code: 'exec.timeout',
      hint: expect.stringContaining('from its beginning'),
    });
  });
});
