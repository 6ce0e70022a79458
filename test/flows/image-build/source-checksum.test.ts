import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findListedSum, resolveChecksum } from '../../../src/flows/image-build/source-checksum.ts';

const sum = 'ABCDEF0123456789'.repeat(4);
const other = '0'.repeat(64);
const list = `${other} *other.iso\n${sum} *ubuntu-24.04.iso\n`;
const context = { signal: new AbortController().signal, env: {}, answerTimeoutMs: 5000, idleTimeoutMs: 5000 };
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === '/SHA256SUMS' ? 200 : 404;
    response.end(list);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('flows/image-build/source-checksum', () => {
  it.each([
    [`${sum} *a.iso`, sum],
    [`${sum}  a.iso`, sum],
    [`${sum}  ./folder/a.iso`, sum],
    [`SHA256 (a.iso) = ${sum}`, sum],
    [`${sum}  b.iso`, undefined],
    [`${sum.slice(1)}  a.iso`, undefined],
    ['', undefined],
  ])('finds the sum in %j', (text, wanted) => {
    expect(findListedSum(`# list\n${text}\n`, 'a.iso')).toBe(wanted?.toLowerCase());
  });

  it('takes a plain sum, and none', async () => {
    expect(await resolveChecksum(`sha256:${sum}`, '/x/a.iso', context)).toBe(sum.toLowerCase());
    expect(await resolveChecksum('none', '/x/a.iso', context)).toBeUndefined();
  });

  it('reads a list from a file and from an address', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'sums-')), 'SHA256SUMS');
    writeFileSync(path, list);
    for (const address of [path, `//${path}`, `${base}/SHA256SUMS`]) {
      const found = await resolveChecksum(`file:${address}`, 'https://x/y/ubuntu-24.04.iso?z=1', context);
      expect([address, found]).toEqual([address, sum.toLowerCase()]);
    }
  });

  it('says which file has no sum, and where a list is not', async () => {
    await expect(resolveChecksum(`file:${base}/SHA256SUMS`, '/x/new.iso', context)).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining("no SHA-256 for 'new.iso'"),
    });
    await expect(resolveChecksum(`file:${base}/gone`, '/x/a.iso', context)).rejects.toMatchObject({
      code: 'network.failed',
    });
    await expect(resolveChecksum('file:/nowhere/SUMS', '/x/a.iso', context)).rejects.toMatchObject({
      code: 'input.not-found',
    });
  });
});
