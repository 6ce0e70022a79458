import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { PreloadedImage } from '../../../src/catalog/profile.ts';
import { silentEmit } from '../../../src/core/events.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { HashMemo } from '../../../src/core/hash-memo.ts';
import { silentLog } from '../../../src/core/log.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { emptyContent } from '../../../src/mirror/bundle/bundle-manifest.ts';
import { withBundleServer } from '../../../src/mirror/bundle/serve-bundle.ts';
import { type BundleFile, describeBundle } from '../../../src/mirror/bundle/write-bundle.ts';
import type { FetchedImage } from '../../../src/mirror/oci/fetch-image.ts';
import { layoutBlobPath, layoutFile, layoutIndexText } from '../../../src/mirror/oci/layout.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { renderProfile } from '../../../src/render/profile/render-profile.ts';
import { needTime } from '../../helpers/need-tools.ts';
import { makeFolder } from '../../mirror/bundle/sample.ts';
import { indexType, makeArchive, makeSampleImage } from '../../mirror/oci/sample-image.ts';
import { sampleSpec } from '../../render/profile/sample.ts';
import { type DebianGuest, makeDebianGuest } from './debian-guest.ts';

const templates = loadTemplates(packageRoot());
const image = makeSampleImage();
const reference = 'registry.example/eks/pause:3.10';

/** One for all tests, put back before each. */
let guest: DebianGuest;

/**
 * A real containerd in the script's surroundings. Its overlay file system and systemd are not to be had in a namespace: images are
 * unpacked by copying, and it is started by hand.
 */
const withContainerd = `set -eu
mkdir -p /run/hnf /tmp/containerd
containerd --root /var/lib/containerd --state /run/containerd --address /run/containerd/containerd.sock >/containerd.log 2>&1 &
pid=$!
export CONTAINERD_SNAPSHOTTER=native
code=0
/bin/sh /preload-images.sh || code=$?
ctr -n k8s.io images ls >/images 2>/dev/null || true
kill $pid
wait $pid || true
exit $code
`;

function upload(preload: readonly PreloadedImage[]): void {
  const files = renderProfile({ ...sampleSpec('debian', { preload }), keyboard: 'us' }, templates);
  for (const { path, content } of files) guest.write(`var/lib/hnf-profile/${path}`, content);
}

function archive(name: string | undefined, content = makeArchive(image, name)): PreloadedImage {
  const digest = sha256(content);
  const file = join(guest.root, `var/tmp/hnf-preload/${digest}.tar`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return { reference, from: { kind: 'archive', url: '/somewhere', sha256: digest } };
}

async function preload(environment = '', options: { network?: boolean } = {}) {
  cpSync(join(packageRoot(), 'templates/guest/preload-images.sh'), join(guest.root, 'preload-images.sh'));
  return guest.sh(environment + withContainerd, options);
}

describe('integration/render/preload-images', () => {
  afterAll(() => guest?.remove(''));

  beforeEach(async (context) => {
    needTime(context);
    guest ??= await makeDebianGuest(context);
    await guest.reset();
    guest.remove('var/lib/containerd');
    guest.remove('etc/hybrid-node');
  });

  it.each([
    ['called as a node asks for it', reference],
    ['with another name', 'docker.io/library/pause:3.10'],
    ['without a name', undefined],
  ])('brings in an archive %s, whole, unpacked and pinned', async (_, name) => {
    upload([archive(name)]);
    const run = await preload();
    expect([run.exitCode, run.stdout], run.stderr + guest.read('containerd.log')).toEqual([0, expect.anything()]);
    const line =
      guest
        .read('images')
        .split('\n')
        .find((text) => text.startsWith(`${reference} `)) ?? '';
    expect(line).toContain('io.cri-containerd.pinned=pinned');
    const [, digest] = guest.read('etc/hybrid-node/preloaded-images').trim().split(' ');
    expect(line).toContain(digest);
    expect(guest.has('var/tmp/hnf-preload')).toBe(false);
  });

  it('keeps the store when the image is sealed, and lists it', async () => {
    upload([archive(reference)]);
    expect((await preload()).exitCode).toBe(0);
    const removal = guest.read('preload-images.sh') === '' ? '' : sealedRemoval();
    expect((await guest.sh(`${removal}\nls /var/lib/containerd`)).stdout).toContain('io.containerd.content.v1.content');
    const listed = await guest.run('list-contents.sh');
    expect(listed.exitCode, listed.stderr).toBe(0);
    const contents = JSON.parse((await guest.sh('cat /run/hnf/contents.json')).stdout);
    expect(contents.images).toEqual([{ reference, digest: image.manifest }]);
    // Once more, as a node finds it after its first boot.
    guest.write('var/lib/hnf-profile/profile/preload.list', `registry - ${reference}\n`);
    const again = await preload();
    expect(again.exitCode, again.stderr).toBe(0);
  });

  it('pulls from what the build serves, under the registry’s own name', async () => {
    upload([{ reference, from: { kind: 'registry' } }]);
    const folder = makeFolder();
    const fetched: FetchedImage = {
      reference,
      digest: image.index,
      mediaType: indexType,
      bytes: image.blobs.get(image.index)?.length ?? 0,
      blobs: new Map(),
    };
    const texts: [string, string | Buffer][] = [
      [layoutFile.name, layoutFile.text],
      ['index.json', layoutIndexText([fetched])],
      ...[...image.blobs].map(([digest, content]): [string, Buffer] => [layoutBlobPath(digest), content]),
    ];
    const files = texts.map(([path, content]): BundleFile => {
      const file = join(folder, 'images', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return { path: `images/${path}`, file };
    });
    const { signal } = new AbortController();
    const manifest = await describeBundle(emptyContent, files, { hashes: new HashMemo(makeFolder()), signal });
    const label = { operation: 'x', subject: 'x', phase: 'x' };
    const serving = { log: silentLog, emit: silentEmit, label, signal };
    await withBundleServer({ folder, manifest }, {}, serving, async ({ url, served }) => {
      const run = await preload(`export HNF_REGISTRY_URL=${url}\n`, { network: true });
      expect(run.exitCode, run.stderr + guest.read('containerd.log')).toBe(0);
      const paths = served.map(({ path }) => path);
      expect(paths).toContain('/v2/registry.example/eks/pause/manifests/3.10');
      expect(served.every(({ status }) => status === 200)).toBe(true);
    });
    expect(guest.read('etc/hybrid-node/preloaded-images')).toBe(`${reference} ${image.index}\n`);
  });

  it('takes one of several images, by its name, and guesses none', async () => {
    const names = ['docker.io/library/other:1', reference];
    upload([archive(undefined, makeArchive(image, ...names))]);
    const run = await preload();
    expect(run.exitCode, run.stderr + guest.read('containerd.log')).toBe(0);
    expect(guest.read('etc/hybrid-node/preloaded-images')).toBe(`${reference} ${image.manifest}\n`);
    guest.remove('var/lib/containerd');
    upload([archive(undefined, makeArchive(image, 'docker.io/library/other:1', 'docker.io/library/third:1'))]);
    const unclear = await preload();
    expect([unclear.exitCode, unclear.stderr]).toEqual([
      1,
      expect.stringMatching(/holds several images and none of that name: .*other:1 .*third:1/),
    ]);
  });

  it('refuses an image that this processor does not run', async () => {
    upload([archive(reference, makeArchive(makeSampleImage('hello\n', 'arm64'), reference))]);
    const run = await preload();
    expect([run.exitCode, run.stderr], run.stdout).toEqual([
      1,
      expect.stringContaining(`${reference} is for linux/arm64, this is linux/amd64`),
    ]);
    expect(guest.has('etc/hybrid-node/preloaded-images')).toBe(false);
  });

  it('refuses an archive whose parts are not what their digests say', async () => {
    const layer = [...image.blobs.keys()].find((digest) => image.blobs.get(digest)?.[0] === 0x1f) ?? '';
    const blobs = new Map(image.blobs).set(layer, Buffer.from('something else'));
    upload([archive(reference, makeArchive({ ...image, blobs }, reference))]);
    const run = await preload();
    expect([run.exitCode, guest.has('etc/hybrid-node/preloaded-images')], run.stdout).toEqual([1, false]);
  });

  it('refuses an archive that is not the one of the catalog, and one that is not there', async () => {
    const wanted = archive(reference);
    upload([wanted]);
    const digest = wanted.from.kind === 'archive' ? wanted.from.sha256 : '';
    guest.write(`var/tmp/hnf-preload/${digest}.tar`, 'something else');
    const changed = await preload();
    expect([changed.exitCode, changed.stderr]).toEqual([1, expect.stringContaining(`wanted ${digest}`)]);
    guest.remove('var/tmp/hnf-preload');
    const missing = await preload();
    expect([missing.exitCode, missing.stderr]).toEqual([
      1,
      expect.stringContaining('there is no /var/tmp/hnf-preload'),
    ]);
    expect(guest.has('etc/hybrid-node/preloaded-images')).toBe(false);
  });
});

/** The part of seal.sh that clears containerd's folder. */
function sealedRemoval(): string {
  const text = templates.get('templates/guest/seal.sh') ?? '';
  const remove = /^remove\(\) [\s\S]*?^}$/m.exec(text)?.[0] ?? '';
  const choice = /^if \[ -s \/etc\/hybrid-node\/preloaded-images \][\s\S]*?^fi$/m.exec(text)?.[0] ?? 'exit 1';
  return `set -eu\n${remove}\n${choice}`;
}
