import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { basicHeader, parseLogins } from '../../../src/mirror/oci/credentials.ts';
import { fetchImage, type ImageContext } from '../../../src/mirror/oci/fetch-image.ts';
import { parseImageReference, registryUrl } from '../../../src/mirror/oci/reference.ts';
import { makeFolder } from '../bundle/sample.ts';
import { indexType, makeSampleImage } from './sample-image.ts';
import { type RegistryOptions, type StandInRegistry, startRegistry } from './stand-in-registry.ts';

const image = makeSampleImage();
const running: StandInRegistry[] = [];

afterEach(async () => {
  for (const registry of running.splice(0)) await registry.stop();
});

async function start(options?: RegistryOptions): Promise<StandInRegistry> {
  const registry = await startRegistry(image, options);
  running.push(registry);
  return registry;
}

function context(changes: Partial<ImageContext> = {}): ImageContext {
  const { signal } = new AbortController();
  const store = new Store(makeFolder());
  return { store, clock: systemClock, log: silentLog, signal, env: {}, logins: new Map(), ...changes };
}

describe('mirror/oci', () => {
  it('fetches an image for one processor with a token, whole and under its own digests', async () => {
    const { host, askedStorage } = await start();
    const fetched = await fetchImage(`${host}/team/app:1`, 'amd64', context());
    expect([fetched.digest, fetched.mediaType]).toEqual([image.index, indexType]);
    expect([...fetched.blobs.keys()].sort()).toEqual([...image.blobs.keys()].sort());
    for (const [digest, file] of fetched.blobs) expect(readFileSync(file)).toEqual(image.blobs.get(digest));
    // The token is the registry's, not of where it keeps its blobs.
    expect(askedStorage.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
  });

  it('asks for blobs once', async () => {
    const { host, askedStorage } = await start();
    const world = context();
    await fetchImage(`${host}/team/app:1`, 'amd64', world);
    await fetchImage(`${host}/team/app:1`, 'amd64', world);
    expect(askedStorage).toHaveLength(2);
  });

  it('takes an image by its digest, and nothing else for it', async () => {
    const { host } = await start();
    const fetched = await fetchImage(`${host}/team/app@${image.manifest}`, 'amd64', context());
    expect([fetched.digest, fetched.blobs.size]).toEqual([image.manifest, 3]);
  });

  it('names the processors that there are', async () => {
    const { host } = await start();
    const wanted = fetchImage(`${host}/team/app:1`, 'riscv64' as 'arm64', context());
    await expect(wanted).rejects.toThrow(/not there for linux\/riscv64; accepted: linux\/arm64, linux\/amd64/);
  });

  it('keeps nothing that is not what its digest says', async () => {
    const { host } = await start({ damaged: true });
    await expect(fetchImage(`${host}/team/app:1`, 'amd64', context())).rejects.toMatchObject({ code: 'check.failed' });
  });

  it('logs in where it has to, and says how when it cannot', async () => {
    const login = { username: 'AWS', password: 'a:b' };
    const { host, asked } = await start({ login: basicHeader(login) });
    await expect(fetchImage(`${host}/team/app:1`, 'amd64', context())).rejects.toThrow(/there is no login for 127/);
    await fetchImage(`${host}/team/app:1`, 'amd64', context({ logins: new Map([[host, login]]) }));
    // The password goes where tokens are made and nowhere else.
    const basic = asked.filter(({ authorization }) => authorization?.startsWith('Basic'));
    expect(basic.every(({ path }) => path.startsWith('/token?'))).toBe(true);
  });

  it('gets another token when the first one has expired', async () => {
    const { host, asked } = await start({ tokenUses: 3 });
    const fetched = await fetchImage(`${host}/team/app:1`, 'amd64', context());
    expect(fetched.blobs.size).toBe(4);
    expect(asked.filter(({ path }) => path.startsWith('/token')).length).toBeGreaterThan(1);
  });

  it('takes no image that is for another processor, whatever its name says', async () => {
    const { host } = await start();
    const wanted = fetchImage(`${host}/team/app@${image.manifest}`, 'arm64', context());
    await expect(wanted).rejects.toThrow(/is for linux\/amd64; accepted: linux\/arm64/);
  });

  it('says which image there is not', async () => {
    const { host } = await start();
    await expect(fetchImage(`${host}/team/app:2`, 'amd64', context())).rejects.toThrow(/there is no image '127.*:2'/);
  });

  it('reads logins as the usual programs leave them', () => {
    const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
    const auths = {
      'https://index.docker.io/v1/': auth('u:p'),
      'registry.example:5000': auth('AWS:x:y'),
      'helper.example': {},
    };
    expect(Object.fromEntries(parseLogins(JSON.stringify({ auths, credsStore: 'desktop' }), 'x'))).toEqual({
      'docker.io': { username: 'u', password: 'p' },
      'registry.example:5000': { username: 'AWS', password: 'x:y' },
    });
    expect(() => parseLogins('secret text', '/home/me/config.json')).toThrow(/^'\/home\/me\/config.json' is not JSON$/);
  });

  it.each([
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io', 'pause', '3.10', 'https://registry.k8s.io'],
    ['docker.io/library/busybox', 'docker.io', 'library/busybox', 'latest', 'https://registry-1.docker.io'],
    ['localhost:5000/a/b:c', 'localhost:5000', 'a/b', 'c', 'http://localhost:5000'],
    [`r.io/a:1@sha256:${'ab'.repeat(32)}`, 'r.io', 'a', `sha256:${'ab'.repeat(32)}`, 'https://r.io'],
  ])('reads %s', (text, registry, repository, target, url) => {
    const reference = parseImageReference(text);
    expect(reference).toEqual({ text, registry, repository, target });
    expect(registryUrl(reference)).toBe(url);
  });

  it.each(['pause:3.10', 'library/pause', 'r.io/../x:1', 'r.io/A:1', 'r.io/a:', 'https://r.io/a:1', ''])(
    'takes %j for no image',
    (text) => {
      expect(() => parseImageReference(text)).toThrow(/is no image/);
    },
  );
});
