import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { fetchRelease } from '../../src/tools/fetch-release.ts';
import { findRelease, findSum } from '../../src/tools/releases.ts';
import type { ToolRequest } from '../../src/tools/stored.ts';
import { toolNamed } from '../../src/tools/table.ts';
import { createTestWorld } from './tools-world.ts';
import { makeZip } from './zip-fixture.ts';

const program = Buffer.from('#!/bin/sh\necho Packer v1.16.0\n');
const archive = makeZip({ packer: program });
const request: ToolRequest = {
  tool: toolNamed('packer'),
  version: '1.16.0',
  platform: { os: 'linux', arch: 'amd64' },
};
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

/** A real HTTP server on loopback in place of the vendor's. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

function releaseAt(base: string) {
  return {
    url: `${base}/packer.zip`,
    sumsUrl: `${base}/SHA256SUMS`,
    archive: { format: 'zip', member: 'packer' },
  } as const;
}

function files(content: Readonly<Record<string, Buffer | string>>): RequestListener {
  return (incoming, response) => {
    const body = content[incoming.url ?? ''];
    if (body === undefined) response.statusCode = 404;
    response.end(body);
  };
}

function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'release-'));
}

describe('tools/fetch-release', () => {
  it('takes a program whose checksum is the published one', async () => {
    const sums = `${sha256('other')}  other.zip\n${sha256(archive)}  packer.zip\n`;
    const base = await serve(files({ '/packer.zip': archive, '/SHA256SUMS': sums }));
    const folder = tempFolder();
    const stored = await fetchRelease(request, releaseAt(base), folder, createTestWorld().context);
    expect(stored).toMatchObject({ origin: 'release', version: '1.16.0', source: `${base}/packer.zip` });
    expect(readFileSync(join(folder, 'packer'))).toEqual(program);
    expect(statSync(join(folder, 'packer')).mode & 0o777).toBe(0o755);
  });

  it('raises the alarm for a file that is not the published one', async () => {
    const sums = `${sha256('what the vendor published')}  packer.zip\n`;
    const base = await serve(files({ '/packer.zip': archive, '/SHA256SUMS': sums }));
    await expect(fetchRelease(request, releaseAt(base), tempFolder(), createTestWorld().context)).rejects.toMatchObject(
      {
        code: 'check.failed',
        message: expect.stringContaining(sha256(archive)),
      },
    );
  });

  it('does not take a file that the vendor does not list', async () => {
    const base = await serve(files({ '/packer.zip': archive, '/SHA256SUMS': `${sha256('x')}  other.zip\n` }));
    await expect(fetchRelease(request, releaseAt(base), tempFolder(), createTestWorld().context)).rejects.toThrow(
      "does not list 'packer.zip'",
    );
  });

  it('asks a host that does not answer only once in a run', async () => {
    const base = await serve(() => {});
    servers[0]?.close();
    const world = createTestWorld();
    const attempt = () => fetchRelease(request, releaseAt(base), tempFolder(), world.context);
    await expect(attempt()).rejects.toMatchObject({
      code: 'network.failed',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await expect(attempt()).rejects.toMatchObject({ message: expect.stringContaining('was not reached before') });
  });

  it('keeps asking a host that answered with something else', async () => {
    const base = await serve(files({}));
    const world = createTestWorld();
    await expect(fetchRelease(request, releaseAt(base), tempFolder(), world.context)).rejects.toThrow(
      'HTTP status 404',
    );
    expect([...world.context.memory.unreached.keys()]).not.toContain(new URL(base).host);
  });
});

describe('tools/releases', () => {
  it('knows where vendors publish', () => {
    const { platform } = request;
    expect(findRelease('packer', '1.16.0', platform)?.url).toBe(
      'https://releases.hashicorp.com/packer/1.16.0/packer_1.16.0_linux_amd64.zip',
    );
    expect(findRelease('packer-plugin-qemu', '1.0.9', platform)).toEqual({
      url: 'https://github.com/hashicorp/packer-plugin-qemu/releases/download/v1.0.9/packer-plugin-qemu_v1.0.9_x5.0_linux_amd64.zip',
      sumsUrl:
        'https://github.com/hashicorp/packer-plugin-qemu/releases/download/v1.0.9/packer-plugin-qemu_v1.0.9_SHA256SUMS',
      archive: { format: 'zip', member: 'packer-plugin-qemu_v1.0.9_x5.0_linux_amd64' },
    });
    expect(findRelease('govc', '0.56.0', { os: 'darwin', arch: 'arm64' })?.url).toContain('/govc_Darwin_arm64.tar.gz');
    expect(findRelease('nodeadm', '1.0.19', { os: 'darwin', arch: 'arm64' })).toBeUndefined();
    expect(findRelease('kubelet', '1.34.2', platform)).toBeUndefined();
  });

  it('reads checksum files', () => {
    const digest = 'ab'.repeat(32);
    expect(findSum(`${'cd'.repeat(32)}  a\n${digest.toUpperCase()} *b\n`, 'b')).toBe(digest);
    expect(findSum(`${digest}\n`, 'anything')).toBe(digest);
    expect(findSum('no digest  b\n', 'b')).toBeUndefined();
  });
});
