import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { startHnf, waitNoProcesses } from '../../helpers/hnf-child.ts';
import { cacheFolder, needTime, needTools } from '../../helpers/need-tools.ts';
import { waitUntil } from '../../helpers/wait.ts';
import { tarEnd, tarEntry } from '../../mirror/bundle/tar-entry.ts';
import { makeSampleImage } from '../../mirror/oci/sample-image.ts';
import { type StandInRegistry, startRegistry } from '../../mirror/oci/stand-in-registry.ts';
import { findObstacle, installInside, makeTinyRoot } from '../mirror/private-root.ts';

const exec = createExec();
const minutes = 60_000;
const root = mkdtempSync(join(tmpdir(), 'bundle-'));
const bundle = join(root, 'lab.tar');
const image = makeSampleImage();
let registry: StandInRegistry;
let reference: string;

/** A run with a folder of its own for temporary files, which has to be empty afterwards. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const temp = mkdtempSync('/tmp/hnf-b-');
  return { temp, child: startHnf(args, { cwd: root, temp, env: { HNF_CACHE_DIR: cacheFolder(), ...env } }) };
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { temp, child } = start(args, env);
  const ended = await child.done;
  expect(readdirSync(temp)).toEqual([]);
  rmSync(temp, { recursive: true });
  return ended;
}

/** Tools, artifacts and a container image; no packages, which test/long/airgap.test.ts has. */
function createArgs(target: string): string[] {
  return ['bundle', 'create', 'debian12-lab', '--without', 'packages,sources', '--image', reference, '-o', target];
}

function makeCache(): string {
  return mkdtempSync(join(root, 'cache-'));
}

describe('integration/bundle', () => {
  beforeAll(async () => {
    registry = await startRegistry(image);
    reference = `${registry.host}/team/app:1`;
  });

  afterAll(async () => {
    await registry.stop();
    rmSync(root, { recursive: true, force: true });
  });

  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'nodeadm', 'ovmf-pvscsi', 'kubelet');
    if (existsSync(bundle)) return;
    const made = await run([...createArgs(bundle), '--json']);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ path: bundle, unchanged: false });
  });

  it('is made once: equal contents, equal bundle', async () => {
    const again = JSON.parse((await run([...createArgs(bundle), '--json'])).stdout);
    expect(again.unchanged).toBe(true);
    const other = JSON.parse((await run([...createArgs(join(root, 'other.tar')), '--json'])).stdout);
    expect([other.unchanged, other.identity, other.sha256]).toEqual([false, again.identity, again.sha256]);
    rmSync(join(root, 'other.tar'));
    const verdict = await run(['bundle', 'verify', bundle, '--identity', again.identity]);
    expect([verdict.exitCode, verdict.stdout], verdict.stderr).toEqual([0, expect.stringContaining('whole: ')]);
  });

  it('is complete without hnf, too: a tar with checksums, a mirror, an image layout', async () => {
    const folder = join(root, 'srv');
    const unpacked = await run(['bundle', 'unpack', bundle, '-o', folder]);
    expect(unpacked.exitCode, unpacked.stderr).toBe(0);
    const mirror = await run(['mirror', 'verify', join(folder, 'mirror')]);
    expect([mirror.exitCode, mirror.stdout]).toEqual([0, expect.stringContaining('whole')]);
    const { members } = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
    const sums = members.map(({ path, sha256 }: { path: string; sha256: string }) => `${sha256}  ${path}\n`).join('');
    await execa('sha256sum', ['--check', '--strict', '--quiet'], { cwd: folder, input: sums });
    const index = JSON.parse(readFileSync(join(folder, 'images/index.json'), 'utf8'));
    expect(index.manifests[0]).toMatchObject({ digest: image.index });
    rmSync(folder, { recursive: true });
  });

  it('installs tools into an empty cache, and they are the real ones', async () => {
    const env = { HNF_CACHE_DIR: makeCache(), HNF_TOOLS_SOURCE: 'go' };
    const { exitCode, stdout, stderr } = await run(['tools', 'install', '--from-bundle', bundle, '--json'], env);
    expect(exitCode, stderr).toBe(0);
    const tools: { name: string; version: string; path: string }[] = JSON.parse(stdout);
    expect(tools.map(({ name }) => name).sort()).toEqual(['nodeadm', 'ovmf-pvscsi', 'packer', 'packer-plugin-qemu']);
    for (const { path } of tools) expect(path.startsWith(env.HNF_CACHE_DIR)).toBe(true);
    const packer = tools.find(({ name }) => name === 'packer');
    expect((await execa(packer?.path ?? '', ['version'])).stdout).toContain(`Packer v${packer?.version}`);
    const listed = JSON.parse((await run(['tools', 'list', '--json'], env)).stdout);
    const states = listed.filter(({ name }: { name: string }) => tools.some((tool) => tool.name === name));
    for (const row of states) expect(row).toMatchObject({ status: 'ok' });
    const firmware = tools.find(({ name }) => name === 'ovmf-pvscsi')?.path ?? '';
    expect(readdirSync(join(firmware, '..')).sort()).toEqual(['OVMF_CODE_4M.fd', 'OVMF_VARS_4M.fd', 'entry.json']);
  });

  it('serves what nodeadm and container runtimes ask for, until it is stopped', async (context) => {
    const { temp, child } = start(['bundle', 'serve', bundle, '--listen', '0', '--json'], {
      HNF_CACHE_DIR: makeCache(),
    });
    let said = '';
    while (!said.includes('}')) {
      await new Promise((wake) => setTimeout(wake, 200));
      said = child.stdout();
    }
    const { url, host, manifest, registry: api, aptProxy } = JSON.parse(said);
    expect([host, api, aptProxy]).toEqual(['127.0.0.1', `${url}/v2/`, null]);
    const text = await (await fetch(manifest)).text();
    const kubelet = new RegExp(`${url}/artifacts/kubelet/[^"]*/kubelet`).exec(text)?.[0] ?? '';
    const hash = createHash('sha256').update(Buffer.from(await (await fetch(kubelet)).arrayBuffer()));
    expect(await (await fetch(`${kubelet}.sha256`)).text()).toBe(`${hash.digest('hex')}  kubelet\n`);
    for (const [digest, content] of image.blobs) {
      const answer = await fetch(`${url}/v2/${registry.host}/team/app/blobs/${digest}`);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(content);
    }
    const tag = await fetch(`${url}/v2/${registry.host}/team/app/manifests/1`);
    expect([tag.status, tag.headers.get('docker-content-digest')]).toEqual([200, image.index]);
    if ((await findObstacle(exec)) === undefined) {
      const [nodeadm = ''] = await needTools(context, 'nodeadm');
      const args = ['1.34.2', '-p', 'iam-ra', '--private-mode'];
      const installed = await installInside(await makeTinyRoot(nodeadm), text, args, exec);
      expect(installed.exitCode, installed.stderr).toBe(0);
    }
    child.kill('SIGINT');
    expect((await child.done).exitCode).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    expect([readdirSync(temp), await waitNoProcesses(temp, 10_000)]).toEqual([[], []]);
  });

  it.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, -2000), /\[bundle\.unreadable\]/, 2, /it ends in the middle/],
    [
      'with a foreign member',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1024), tarEntry('../../evil', 'x'), tarEnd]),
      /error: \.\.\/\.\.\/evil: is not in the manifest \[file\.unlisted\]/,
      1,
      /\.\.\/\.\.\/evil is not in the manifest/,
    ],
    [
      'with a changed byte',
      (bytes: Buffer) =>
        bytes.fill('I', bytes.lastIndexOf('imageLayoutVersion'), bytes.lastIndexOf('mageLayoutVersion')),
      /has SHA-256 [0-9a-f]{64}, the manifest says [0-9a-f]{64} \[file\.checksum\]/,
      1,
      /has SHA-256 [0-9a-f]{64}, the manifest says/,
    ],
  ] as const)('refuses one %s, everywhere, and leaves nothing', async (_, damage, finding, exitCode, refusal) => {
    const path = join(root, 'small.tar');
    const made = await run(['bundle', 'create', '--without', 'tools,artifacts', '--image', reference, '-o', path]);
    expect(made.exitCode, made.stderr).toBe(0);
    writeFileSync(path, damage(readFileSync(path)));
    const verdict = await run(['bundle', 'verify', path]);
    expect([verdict.exitCode, verdict.stdout]).toEqual([1, expect.stringMatching(finding)]);
    const env = { HNF_CACHE_DIR: makeCache() };
    for (const args of [
      ['bundle', 'unpack', path, '-o', join(root, 'out')],
      ['bundle', 'serve', path, '--listen', '0'],
      ['tools', 'install', '--from-bundle', path],
      ['image', 'build', 'debian12-lab', '--from-bundle', path, '-o', join(root, 'artifacts')],
    ]) {
      const ended = await run(args, env);
      expect([args, ended.exitCode], ended.stderr).toEqual([args, exitCode]);
      expect(ended.stderr).toMatch(refusal);
    }
    expect(existsSync(join(root, 'out')) || existsSync(join(root, 'evil'))).toBe(false);
    expect(readdirSync(join(env.HNF_CACHE_DIR, 'bundles'))).toEqual([]);
    rmSync(path);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('leaves nothing half-written after %s', async (signal) => {
    const target = join(root, 'stopped.tar');
    const before = readdirSync(root).sort();
    const { temp, child } = start(createArgs(target));
    await child.waitFor(/write: .*%/, 5 * minutes);
    child.kill(signal);
    const { exitCode } = await child.done;
    if (signal !== 'SIGKILL') expect(exitCode).toBe(130);
    expect(await waitNoProcesses(temp, 20_000)).toEqual([]);
    // Of a process that was killed the reaper removes the rest.
    const left = () => [...readdirSync(temp), ...readdirSync(root).filter((name) => !before.includes(name))];
    await waitUntil(() => left().length === 0, { timeoutMs: 20_000, what: () => `left behind: ${left().join(', ')}` });
  });
});
