import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExec } from '../../src/core/exec.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import { cacheFolder, needTime, needTools, skipOrFail } from '../helpers/need-tools.ts';

const exec = createExec();
const hnf = [process.execPath, join(packageRoot(), 'bin/hnf.js')] as const;
const minutes = 60_000;

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

  it('has no way out', async (context) => {
    needTime(context);
    const allowed = await inIsolation('ip route; ip -o addr').catch(() => undefined);
    if (allowed === undefined) skipOrFail(context, 'network namespaces are not allowed here');
    expect(allowed.stdout.split('\n').filter((line) => line !== '' && !/ lo /.test(line))).toEqual([]);
    const out = await inIsolation('python3 -c \'import socket; socket.create_connection(("1.1.1.1", 80), 3)\'');
    expect([out.exitCode, out.stderr]).toEqual([1, expect.stringContaining('Network is unreachable')]);
  });

  it('builds, verifies and packs the lab image out of a bundle', async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'nodeadm', 'mmdebstrap', 'qemu-system-x86_64', 'xorriso');
    const bundle = join(folder, 'lab.tar');
    const options = { env: { HNF_CACHE_DIR: cacheFolder() }, timeoutMs: 60 * minutes };
    await exec.run(hnf[0], [hnf[1], 'bundle', 'create', 'debian12-lab', '-o', bundle], options);
    const env = { HNF_CACHE_DIR: join(folder, 'cache'), HNF_BUNDLE: bundle, CI: '1' };
    const command = `'${hnf[0]}' '${hnf[1]}' image build debian12-lab --format qcow2 -o out --json`;
    const run = await inIsolation(command, env, 80 * minutes);
    expect(run.exitCode, run.stderr.slice(-4000)).toBe(0);
    const result = JSON.parse(run.stdout);
    expect([result.cached, result.verify.failed]).toEqual([false, 0]);
    expect((await stat(result.artifacts[0].path)).size).toBe(result.artifacts[0].bytes);
    // What is in the image knows nothing of the bundle.
    const manifest = JSON.parse(await readFile(join(folder, 'out/debian12-lab-1.34.2.manifest.json'), 'utf8'));
    expect(manifest.components.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['nodeadm', 'kubelet', 'cni-plugins']),
    );
    expect(result.verify.checks.find(({ id }: { id: string }) => id === 'pristine.build-network')?.status).not.toBe(
      'fail',
    );
  });
});
