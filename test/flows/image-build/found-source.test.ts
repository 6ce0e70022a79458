import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { baseIdentity } from '../../../src/catalog/identity.ts';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { FactoryError } from '../../../src/core/errors.ts';
import { silentEmit } from '../../../src/core/events.ts';
import { createExec } from '../../../src/core/exec.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { type FoundRequest, withFoundSource } from '../../../src/flows/image-build/found-source.ts';
import { PhaseLog } from '../../../src/flows/image-build/phase-log.ts';
import { planBuild } from '../../../src/flows/image-build/plan.ts';
import type { BuildContext, BuildRequest } from '../../../src/flows/image-build/request.ts';
import { sourceFileName, sourceKind } from '../../../src/mirror/bundle/import-sources.ts';
import { findCell } from '../../render/cells.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A vendor whose file may be another one every time. */
async function serve(contents: readonly string[]): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const left = [...contents];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const content = left.length > 1 ? left.shift() : left[0];
    if (content === undefined) response.writeHead(404).end();
    else response.end(content);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/disk.img`, asked };
}

function world(url: string, checksum = 'none') {
  const folder = mkdtempSync(join(tmpdir(), 'found-'));
  const warnings: string[] = [];
  const spec: ImageSpec = {
    ...findCell('ubuntu24-amd64-cloud-image-qemu-ssm'),
    source: { kind: 'cloudImage', url, checksum, template: null },
  };
  const request: BuildRequest = {
    spec,
    formats: ['qcow2'],
    outputFolder: join(folder, 'out'),
    cacheFolder: join(folder, 'cache'),
    cacheMaxBytes: 1e9,
    useCache: true,
    accelerator: 'auto',
    sshPorts: { min: 2222, max: 4444 },
    toolVersion: '0.1.0',
  };
  const context: BuildContext = {
    exec: createExec(),
    log: { ...silentLog, warn: (message) => warnings.push(message) },
    clock: systemClock,
    signal: new AbortController().signal,
    emit: silentEmit,
    env: {},
  };
  const phases = new PhaseLog('ubuntu24', silentEmit);
  const find = <T>(use: (found: FoundRequest) => Promise<T>, checkReady = async () => {}) =>
    withFoundSource(request, context, { phases, checkReady }, use);
  return { request, context, find, warnings, cache: request.cacheFolder };
}

/** What a build would make its base layer of. */
const look = async ({ request: { spec }, sourceFile }: FoundRequest) => ({
  found: spec.source.kind === 'cloudImage' ? spec.source.found : undefined,
  content: sourceFile === undefined ? undefined : readFileSync(sourceFile, 'utf8'),
  identity: baseIdentity({ spec, templates: {}, tools: {} }),
});

describe('flows/image-build/found-source', () => {
  it('downloads what nobody vouches for, for this build alone, and says what came', async () => {
    const { url, asked } = await serve(['a disk']);
    const { find, warnings, cache } = world(url);
    const seen = await find(look);
    expect(seen).toMatchObject({ found: `sha256:${sha256('a disk')}`, content: 'a disk' });
    expect(asked).toEqual(['/disk.img']);
    expect(warnings).toEqual([
      `'${url}' is used without a checksum: nobody says that it is the right file. Give checksum 'sha256:${sha256('a disk')}' to have it checked from now on`,
    ]);
    expect(readdirSync(join(cache, 'downloads'))).toEqual([]);
    expect(existsSync(join(cache, sourceKind))).toBe(false);
  });

  it('is another image when another file comes, and the same one when the same does', async () => {
    const { url, asked } = await serve(['first', 'second', 'first']);
    const { find } = world(url);
    const [first, second, third] = [await find(look), await find(look), await find(look)];
    expect(second.identity).not.toBe(first.identity);
    expect(third.identity).toBe(first.identity);
    expect(asked).toHaveLength(3);
    const verified = world(url, `sha256:${sha256('first')}`);
    expect((await verified.find(look)).identity).not.toBe(first.identity);
    expect(asked).toHaveLength(3);
  });

  it('takes nothing out of the cache, whatever it has under that checksum', async () => {
    const { url, asked } = await serve(['a disk']);
    const { find, cache, context } = world(url);
    const entry = await new Store(cache).provide(sourceKind, sha256('a disk'), context, async (folder) => {
      writeFileSync(join(folder, sourceFileName), 'a disk');
      return {};
    });
    await find(async ({ sourceFile }) => expect(sourceFile?.startsWith(entry.folder)).toBe(false));
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['the download', [], undefined, 'network.failed'],
    ['what the build needs', ['a disk'], new FactoryError('tool.missing', 'no packer'), 'tool.missing'],
  ] as const)('leaves nothing when %s fails', async (_, contents, fault, code) => {
    const { url, asked } = await serve(contents);
    const { find, cache } = world(url);
    const checkReady = async () => {
      if (fault !== undefined) throw fault;
    };
    await expect(find(look, checkReady)).rejects.toMatchObject({ code });
    expect(readdirSync(join(cache, 'downloads'))).toEqual([]);
    // Nothing is downloaded for a build that cannot be.
    expect(asked).toHaveLength(fault === undefined ? 1 : 0);
  });

  it('knows a file on this machine by what is in it', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'disk-')), 'disk.img');
    const { find, warnings, request, context } = world(path);
    await expect(find(look)).rejects.toMatchObject({ code: 'input.not-found' });
    writeFileSync(path, 'a disk');
    const first = await find(look);
    expect(first).toMatchObject({ found: `sha256:${sha256('a disk')}`, content: undefined });
    expect(warnings).toHaveLength(1);
    const planned = await planBuild(request, context);
    writeFileSync(path, 'another disk');
    expect((await find(look)).identity).not.toBe(first.identity);
    expect((await planBuild(request, context)).identity).not.toBe(planned.identity);
  });

  it('lets everything else be', async () => {
    const { url, asked } = await serve(['a disk']);
    const { find, request, warnings } = world(url, `sha256:${sha256('a disk')}`);
    await find(async (found) => expect(found).toEqual({ request, sourceFile: undefined }));
    expect([asked, warnings]).toEqual([[], []]);
  });

  it('--dry-run asks nobody and says that it does not know', async () => {
    const { url, asked } = await serve(['a disk']);
    const { request, context } = world(url);
    const plan = await planBuild(request, context);
    expect(plan).toMatchObject({
      identity: null,
      steps: [
        { name: 'source', action: 'download', path: url },
        { name: 'base layer', action: 'make' },
        { name: 'node layer', action: 'make' },
        { name: 'qcow2', action: 'make' },
      ],
    });
    expect(asked).toEqual([]);
  });
});
