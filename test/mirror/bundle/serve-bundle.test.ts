import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { silentEmit } from '../../../src/core/events.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { silentLog } from '../../../src/core/log.ts';
import { openBundle } from '../../../src/mirror/bundle/open-bundle.ts';
import { findBundleInventory, withBundleServer } from '../../../src/mirror/bundle/serve-bundle.ts';
import type { Inventory, MirrorItem } from '../../../src/mirror/inventory.ts';
import { itemPath } from '../../../src/mirror/inventory.ts';
import { inventoryJson } from '../../../src/mirror/inventory-file.ts';
import { layoutBlobPath, layoutFile, layoutIndexText } from '../../../src/mirror/oci/layout.ts';
import type { MirrorServer } from '../../../src/mirror/server.ts';
import { indexType, makeSampleImage, manifestType } from '../oci/sample-image.ts';
import { makeBundle, makeFolder, openContext } from './sample.ts';

const context = {
  log: silentLog,
  emit: silentEmit,
  signal: new AbortController().signal,
  label: { operation: 'x', subject: 'x', phase: 'x' },
};

const deb = 'packages/deb.debian.org/debian/pool/main/g/gcc/libstdc++6_12.2.0-14+deb12u1_amd64.deb';

interface Answer {
  status: number;
  type: string | undefined;
  body: string;
}

/** As a proxy's client asks: with the whole address in the first line. */
function ask({ port }: MirrorServer, path: string, method = 'GET', host = '127.0.0.1'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      const body = Buffer.concat(parts).toString('utf8');
      resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], body });
    });
    sent.on('error', reject).end();
  });
}

async function serve<T>(
  texts: Readonly<Record<string, string>>,
  use: (server: MirrorServer) => Promise<T>,
): Promise<T> {
  const { path } = await makeBundle('x.tar', texts);
  const bundle = await openBundle(path, makeFolder(), openContext());
  return withBundleServer(bundle, {}, context, use);
}

const item: MirrorItem = {
  name: 'kubelet',
  version: '1.34.2',
  arch: 'amd64',
  origin: 'go',
  source: 'x',
  sha256: sha256('kubelet'),
  bytes: 7,
  licence: 'Apache-2.0',
  gzip: false,
  file: '',
};
const inventory: Inventory = { releases: [], items: [item], regions: {} };
const mirrorTexts = {
  'mirror/inventory.json': inventoryJson(inventory, 'http://127.0.0.1:8080'),
  [`mirror/${itemPath(item)}`]: 'kubelet',
};

describe('mirror/bundle/serve-bundle', () => {
  it('answers for packages as a web server and as the proxy of their archive, and for nothing else', async () => {
    await serve({ [deb]: 'a package' }, async (server) => {
      expect(await ask(server, `/${deb}`)).toMatchObject({ status: 200, body: 'a package' });
      const address = `http://${deb.slice('packages/'.length)}`;
      expect(await ask(server, address)).toMatchObject({ status: 200, body: 'a package' });
      expect(await ask(server, address.replaceAll('+', '%2b'))).toMatchObject({ status: 200, body: 'a package' });
      for (const path of [
        'http://deb.debian.org/debian/dists/bookworm/InRelease',
        'http://example.org/',
        '/packages/../../../../etc/passwd',
        '/packages/%2e%2e/%2e%2e/etc/passwd',
        '/bundle.json',
        '/',
      ])
        expect([path, (await ask(server, path)).status]).toEqual([path, 404]);
      expect((await ask(server, '/', 'POST')).status).toBe(405);
    });
  });

  it('listens on loopback unless it is told otherwise', async () => {
    await serve({ [deb]: 'x' }, async ({ host }) => expect(host).toBe('127.0.0.1'));
  });

  it('is the artifact mirror of the address that was asked', async () => {
    await serve(mirrorTexts, async (server) => {
      expect(await ask(server, `/${itemPath(item)}`)).toMatchObject({ status: 200, body: 'kubelet' });
      const manifest = await ask(server, '/manifest.yaml', 'GET', 'mirror.example:8080');
      expect(manifest).toMatchObject({ status: 200, body: expect.stringContaining('region_config') });
    });
  });

  it('takes no inventory that names what the manifest does not have', async () => {
    for (const texts of [
      { ...mirrorTexts, [`mirror/${itemPath(item)}`]: 'another' },
      { 'mirror/inventory.json': mirrorTexts['mirror/inventory.json'] ?? '' },
    ]) {
      const { path } = await makeBundle('x.tar', texts);
      const bundle = await openBundle(path, makeFolder(), openContext());
      await expect(findBundleInventory(bundle)).rejects.toThrow(/artifacts\/kubelet\/1.34.2\/amd64\/kubelet/);
    }
  });

  it('is a registry for the images it has, by tag and by digest', async () => {
    const image = makeSampleImage();
    const reference = 'registry.k8s.io/team/pause:3.10';
    const bytes = image.blobs.get(image.index)?.length ?? 0;
    const texts: Record<string, string> = {
      [`images/${layoutFile.name}`]: layoutFile.text,
      'images/index.json': layoutIndexText([{ reference, digest: image.index, mediaType: indexType, bytes }]),
    };
    // A layer is binary; what is asked for here is text.
    const manifests = [image.index, image.manifest];
    for (const digest of manifests)
      texts[`images/${layoutBlobPath(digest)}`] = image.blobs.get(digest)?.toString('utf8') ?? '';
    await serve(texts, async (server) => {
      const base = '/v2/registry.k8s.io/team/pause';
      expect((await ask(server, '/v2/')).status).toBe(200);
      expect(await ask(server, `${base}/manifests/3.10`)).toMatchObject({ status: 200, type: indexType });
      expect(await ask(server, `${base}/manifests/${image.manifest}`)).toMatchObject({
        status: 200,
        type: manifestType,
      });
      expect((await ask(server, `${base}/manifests/3.11`)).status).toBe(404);
      expect((await ask(server, `${base}/manifests/3.10?ns=registry.k8s.io`)).status).toBe(200);
      expect((await ask(server, `/v2/other/team/pause/manifests/3.10`)).status).toBe(404);
    });
  });

  it('refuses an index of images that is none', async () => {
    const wrong = JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: 'a\r\nx: y', digest: 'x', size: 1 }] });
    await expect(serve({ 'images/index.json': wrong }, async () => {})).rejects.toThrow(/no index of container images/);
  });
});
