import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExec } from '../../src/core/exec.ts';
import { sha256 } from '../../src/core/hash.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import { cacheFolder, needTime, needTools, skipOrFail } from '../helpers/need-tools.ts';
import { makeArchive, makeSampleImage } from '../mirror/oci/sample-image.ts';
import { startRegistry } from '../mirror/oci/stand-in-registry.ts';

const exec = createExec();
const hnf = [process.execPath, join(packageRoot(), 'bin/hnf.js')] as const;
const minutes = 60_000;
const image = makeSampleImage();
const archived = 'registry.example/eks/pause:3.10';

/** A network of its own with nothing but loopback: no address, no route, no name server. */
const isolated = [
  '--map-root-user',
  '--net',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '/bin/sh',
  '-c',
];

/**
 * The whole way of a site without internet: a bundle made here, and there nothing but the bundle and the distribution's own programs.
 * The cache on that side is empty.
 */
describe('long/airgap', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airgap-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Root here builds in mount namespaces of its own; in a user namespace that is one more level, and works the same. */
  async function inIsolation(command: string, env: Readonly<Record<string, string>> = {}, timeoutMs = 5 * minutes) {
    const script = `set -eu; ip link set lo up; cd '${folder}'; ${command}`;
    const args = process.getuid?.() === 0 ? isolated.slice(1) : isolated;
    return exec.run('unshare', [...args, script], { env, timeoutMs, accept: [0, 1, 2, 3] });
  }

  /** An image with container images of both origins; the registry and the archive are gone when it is built. */
  async function makeBundle(bundle: string): Promise<{ pulled: string }> {
    const registry = await startRegistry(image);
    const archive = join(folder, 'pause.tar');
    const content = makeArchive(image, archived);
    await writeFile(archive, content);
    const pulled = `${registry.host}/team/app:1`;
    const preload = [{ reference: pulled }, { reference: archived, url: archive, sha256: sha256(content) }];
    const config = { images: { edge: { extends: 'debian12-lab', profile: { preload } } } };
    await writeFile(join(folder, 'images.config.json'), JSON.stringify(config));
    const options = { cwd: folder, env: { HNF_CACHE_DIR: cacheFolder() }, timeoutMs: 60 * minutes };
    await exec.run(hnf[0], [hnf[1], 'bundle', 'create', 'edge', '-o', bundle], options);
    await registry.stop();
    await rm(archive);
    return { pulled };
  }

  it('has no way out', async (context) => {
    needTime(context);
    const allowed = await inIsolation('ip route; ip -o addr').catch(() => undefined);
    if (allowed === undefined) skipOrFail(context, 'network namespaces are not allowed here');
    expect(allowed.stdout.split('\n').filter((line) => line !== '' && !/ lo /.test(line))).toEqual([]);
    const out = await inIsolation('python3 -c \'import socket; socket.create_connection(("1.1.1.1", 80), 3)\'');
    expect([out.exitCode, out.stderr]).toEqual([1, expect.stringContaining('Network is unreachable')]);
  });

  it('builds, verifies and packs a lab image out of a bundle', async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'nodeadm', 'mmdebstrap', 'qemu-system-x86_64', 'xorriso');
    const bundle = join(folder, 'lab.tar');
    const { pulled } = await makeBundle(bundle);
    const env = { HNF_CACHE_DIR: join(folder, 'cache'), HNF_BUNDLE: bundle, CI: '1' };
    const command = `'${hnf[0]}' '${hnf[1]}' image build edge --format qcow2,ova -o out --json`;
    const run = await inIsolation(command, env, 80 * minutes);
    expect(run.exitCode, `${run.stdout.slice(-2000)}\n${run.stderr.slice(-4000)}`).toBe(0);
    const result = JSON.parse(run.stdout);
    expect([result.cached, result.verify.failed]).toEqual([false, 0]);
    for (const { path, bytes } of result.artifacts) expect((await stat(path)).size).toBe(bytes);
    const manifest = JSON.parse(await readFile(join(folder, 'out/edge-1.34.2.manifest.json'), 'utf8'));
    expect(manifest.components.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['nodeadm', 'kubelet', 'cni-plugins']),
    );
    expect(manifest.images).toEqual(
      [
        { reference: pulled, digest: image.index },
        { reference: archived, digest: image.manifest },
      ].sort((a, b) => (a.reference < b.reference ? -1 : 1)),
    );
    // What is in the image knows nothing of the bundle.
    const network = result.verify.checks.filter(({ id }: { id: string }) => id === 'pristine.build-network');
    expect(network.map(({ status }: { status: string }) => status)).toEqual(['pass', 'pass']);
  });
});
