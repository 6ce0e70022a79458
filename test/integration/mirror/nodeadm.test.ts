import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { sha256 } from '../../../src/core/hash.ts';
import type { Inventory, MirrorItem } from '../../../src/mirror/inventory.ts';
import { buildReleaseManifest } from '../../../src/mirror/release-manifest.ts';
import { type MirrorServer, withMirrorServer } from '../../../src/mirror/server.ts';
import { writeMirror } from '../../../src/mirror/write-mirror.ts';
import { needTools, skipOrFail } from '../../helpers/need-tools.ts';
import { makeFolder, placeSample, sampleContent, sampleContext, sampleRelease } from '../../mirror/sample.ts';
import { findObstacle, type InstallOutcome, installInside, makeTinyRoot } from './private-root.ts';

const exec = createExec();

/**
 * The real nodeadm against our mirror, in a root of its own. The artifacts are stand-ins (install does not run them), which
 * makes a case a tenth of a second; real ones are in debian-root.test.ts.
 */
describe('integration/mirror/nodeadm', () => {
  let nodeadm = '';
  let obstacle: string | undefined;

  beforeAll(async () => {
    obstacle = await findObstacle(exec);
  });

  beforeEach(async (test) => {
    if (obstacle !== undefined) skipOrFail(test, obstacle);
    [nodeadm = ''] = await needTools(test, 'nodeadm');
  });

  /** Serves the inventory and installs from it; `args` come before the manifest. */
  async function install(inventory: Inventory, args: readonly string[] = ['1.34.2']) {
    const root = await makeTinyRoot(nodeadm);
    const context = await sampleContext();
    return withMirrorServer(inventory, {}, context, async (server) => {
      const manifest = await (await fetch(`${server.url}/manifest.yaml`)).text();
      const outcome = await installInside(root, manifest, [...args, '-p', 'iam-ra', '--private-mode'], exec);
      return { root, outcome, server };
    });
  }

  it('installs everything from the mirror', async () => {
    const { inventory } = await placeWithPlugins();
    const { root, outcome, server } = await install(inventory);
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    expect(parseTracker(outcome)).toMatchObject({ Kubelet: 'true', CniPlugins: 'true', IamRolesAnywhere: 'true' });
    expect(await readFile(join(root, 'usr/bin/kubelet'))).toEqual(sampleContent('kubelet'));
    expect(await readFile(join(root, 'usr/local/bin/aws_signing_helper'))).toEqual(sampleContent('aws_signing_helper'));
    expect(await readFile(join(root, 'opt/cni/bin/loopback'), 'utf8')).toBe('plugin');
    // Six files and their checksums, after the manifest that the test fetched itself.
    expect(server.served.map((request) => request.status)).toEqual(Array.from({ length: 13 }, () => 200));
  });

  it('takes a minor version as its newest patch, and older patches when asked', async () => {
    const { inventory } = await placeWithPlugins();
    const both = withPatch(inventory, '1.34.10');
    const newest = await install(both, ['1.34']);
    expect(newest.outcome.stderr).toContain('"version":"1.34.10"');
    expect(newest.outcome.exitCode).toBe(0);
    const older = await install(both, ['1.34.2']);
    expect(older.outcome.stderr).toContain('"version":"1.34.2"');
    expect(older.outcome.exitCode).toBe(0);
  });

  it('installs from compressed copies of a written mirror', async () => {
    const { inventory } = await placeWithPlugins();
    const folder = await makeFolder('mirror');
    const options = { baseUrl: 'http://replaced.example.com', gzip: true };
    const mirror = await writeMirror(inventory, folder, options, await sampleContext());
    const { root, outcome, server } = await install(mirror.inventory);
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    expect(await readFile(join(root, 'usr/bin/kubelet'))).toEqual(sampleContent('kubelet'));
    expect(fetched(server).filter((path) => path.endsWith('.gz'))).toHaveLength(5);
  });

  it('installs from the folder on another web server', async (test) => {
    const python = await exec.run('python3', ['--version'], { timeoutMs: 10_000 }).catch(() => undefined);
    if (python === undefined) test.skip('python3, the other web server, is not installed');
    const folder = await makeFolder('mirror');
    const { port, stop } = await startPythonServer(folder);
    try {
      const { inventory } = await placeWithPlugins();
      const options = { baseUrl: `http://127.0.0.1:${port}`, gzip: false };
      await writeMirror(inventory, folder, options, await sampleContext());
      const manifest = await readFile(join(folder, 'manifest.yaml'), 'utf8');
      const root = await makeTinyRoot(nodeadm);
      const args = ['1.34.2', '-p', 'iam-ra', '--private-mode'];
      const outcome = await installInside(root, manifest, args, exec);
      expect(outcome.exitCode, outcome.stderr).toBe(0);
      expect(outcome.tracker).toContain('Kubelet: true');
    } finally {
      await stop();
    }
  });

  it('is checked by sha256sum as it lies in the folder', async () => {
    const { inventory } = await placeWithPlugins();
    const folder = await makeFolder('mirror');
    await writeMirror(inventory, folder, { baseUrl: 'http://a', gzip: false }, await sampleContext());
    const cwd = join(folder, 'nodeadm/1.0.19/amd64');
    const { stdout } = await exec.run('sha256sum', ['--check', '--strict', 'nodeadm.sha256'], {
      cwd,
      timeoutMs: 10_000,
    });
    expect(stdout).toBe('nodeadm: OK\n');
  });

  it.each([
    ['1.34.9', 'input semver did not match with available releases. Try again with major.minor version'],
    ['1.33', 'input semver did not match with any available releases'],
    ['v1.34.2', 'invalid semantic version'],
  ])('refuses Kubernetes %s that the mirror does not hold', async (version, message) => {
    const { inventory } = await placeWithPlugins();
    const { outcome } = await install(inventory, [version]);
    expectRefusal(outcome, message);
  });

  it('refuses a region that the manifest does not list', async () => {
    const { inventory } = await placeWithPlugins();
    const { outcome } = await install(inventory, ['1.34.2', '--region', 'eu-west-1']);
    expectRefusal(outcome, 'region eu-west-1 not found in manifest');
  });

  it('refuses a changed artifact after three tries', async () => {
    const { inventory } = await placeWithPlugins();
    await writeFile(itemNamed(inventory, 'kubectl').file, sampleContent('kubectl').fill(0, 0, 1));
    const { outcome, server } = await install(inventory);
    expectRefusal(outcome, 'kubectl checksum mismatch');
    expect(fetched(server).filter((path) => path.endsWith('/kubectl'))).toHaveLength(3);
  });

  it('gets no answer for a file that was cut short after it was collected', async () => {
    const { inventory } = await placeWithPlugins();
    await truncate(itemNamed(inventory, 'kubelet').file, 100);
    const { outcome } = await install(inventory);
    expectRefusal(outcome, 'unexpected status code: 500');
  });

  it('refuses a file cut short that a simpler server would still send', async () => {
    const { inventory } = await placeWithPlugins();
    await truncate(itemNamed(inventory, 'kubelet').file, 100);
    const { outcome } = await install(replaceItem(inventory, 'kubelet', { bytes: 100 }));
    expectRefusal(outcome, 'kubelet checksum mismatch');
  });

  it('stops at a manifest that names a file the mirror does not have', async () => {
    const { inventory } = await placeWithPlugins();
    const root = await makeTinyRoot(nodeadm);
    const without = { ...inventory, items: inventory.items.filter((item) => item.name !== 'aws-iam-authenticator') };
    await withMirrorServer(without, {}, await sampleContext(), async (server) => {
      const manifest = buildReleaseManifest(inventory, server.url);
      const outcome = await installInside(root, manifest, ['1.34.2', '-p', 'iam-ra', '--private-mode'], exec);
      expectRefusal(outcome, 'unexpected status code: 404');
    });
  });

  it('finds no helper when the newest one lacks the architecture, as our gap rule says', async () => {
    const { inventory } = await placeWithPlugins();
    const other: MirrorItem = { ...itemNamed(inventory, 'aws_signing_helper'), version: '1.5.0', arch: 'arm64' };
    const { outcome } = await install({ ...inventory, items: [...inventory.items, other] });
    expectRefusal(outcome, 'could not find artifact for amd64 arch');
  });
});

/** A refused install leaves no tracker: a later `nodeadm init` then does nothing. */
function expectRefusal(outcome: InstallOutcome, message: string): void {
  expect(outcome.stderr).toContain(message);
  expect([outcome.exitCode, outcome.tracker]).toEqual([1, undefined]);
}

function parseTracker(outcome: InstallOutcome): Record<string, string> {
  const pairs = (outcome.tracker ?? '').matchAll(/^\s+(\w+): (\S+)$/gm);
  return Object.fromEntries([...pairs].map(([, key = '', value = '']) => [key, value]));
}

function fetched(server: MirrorServer): string[] {
  return server.served.map((request) => request.path);
}

function itemNamed(inventory: Inventory, name: MirrorItem['name']): MirrorItem {
  const item = inventory.items.find((candidate) => candidate.name === name);
  if (item === undefined) throw new Error(`no ${name}`);
  return item;
}

function replaceItem(inventory: Inventory, name: MirrorItem['name'], change: Partial<MirrorItem>): Inventory {
  return { ...inventory, items: inventory.items.map((item) => (item.name === name ? { ...item, ...change } : item)) };
}

function withPatch(inventory: Inventory, kubernetes: string): Inventory {
  const more = ['kubelet', 'kubectl'] as const;
  return {
    ...inventory,
    releases: [...inventory.releases, sampleRelease(kubernetes)],
    items: [...inventory.items, ...more.map((name) => ({ ...itemNamed(inventory, name), version: kubernetes }))],
  };
}

/** The sample with an archive that can be unpacked: one plugin at its root. */
async function placeWithPlugins(): Promise<{ inventory: Inventory }> {
  const { inventory } = await placeSample();
  const content = gzipSync(tarOf('loopback', 'plugin'));
  await writeFile(itemNamed(inventory, 'cni-plugins').file, content);
  const change = { bytes: content.length, sha256: sha256(content) };
  return { inventory: replaceItem(inventory, 'cni-plugins', change) };
}

/** A ustar archive of one file. */
function tarOf(name: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000755\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(512);
  body.write(content);
  return Buffer.concat([header, body, Buffer.alloc(1024)]);
}

async function startPythonServer(folder: string): Promise<{ port: number; stop: () => Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', folder];
  const running = exec.start('python3', args, {
    timeoutMs: 60_000,
    onLine: (line) => {
      const port = /port (\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    },
  });
  running.done.catch(() => {});
  return { port: await promise, stop: running.stop };
}
