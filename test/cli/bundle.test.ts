import { existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyContent } from '../../src/mirror/bundle/bundle-manifest.ts';
import { hostPlatform, platformName } from '../../src/tools/platform.ts';
import { runHnf } from '../helpers/run-cli.ts';
import { makeBundle } from '../mirror/bundle/sample.ts';

const platform = platformName(hostPlatform());
const toolKey = `packer-plugin-qemu-1.0.9-${platform}-release`;

/** A tool that hnf pins; what it is made of does not matter to who only carries it. */
function toolTexts(): Record<string, string> {
  const record = { name: 'packer-plugin-qemu', version: '1.0.9', platform, origin: 'release', source: 'x', seconds: 0 };
  return {
    [`tools/${toolKey}/tool.json`]: JSON.stringify({ ...record, binary: 'packer-plugin-qemu' }),
    [`tools/${toolKey}/packer-plugin-qemu`]: '#!/bin/sh\necho \'{"version":"1.0.9"}\'\n',
  };
}

function makeToolBundle() {
  const tools = [{ name: 'packer-plugin-qemu', version: '1.0.9', platform }];
  return makeBundle('tools.tar', toolTexts(), { ...emptyContent, tools });
}

const world = () => ({ env: { HNF_CACHE_DIR: mkdtempSync(join(tmpdir(), 'cache-')), PATH: '' } });

describe('cli/commands/bundle', () => {
  it('plans a bundle without asking anybody or writing anything', async () => {
    const run = await runHnf(['bundle', 'create', 'debian12-lab', '--dry-run', '-o', 'x.tar'], world());
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^would write .*x\.tar\n/);
    for (const text of ['packer 1.16.0', 'ovmf-pvscsi', 'Kubernetes 1.34.2 amd64', 'debian12-lab/amd64/bootstrap'])
      expect(run.stdout).toContain(text);
    expect(readdirSync(run.cwd)).toEqual([]);
  });

  it('plans what is asked for and no more', async () => {
    const args = ['bundle', 'create', '--without', 'tools,packages', '--image', 'registry.k8s.io/pause:3.10'];
    const run = await runHnf([...args, '--arch', 'arm64', '--dry-run', '--json'], world());
    expect(JSON.parse(run.stdout).plan).toEqual([
      { part: 'artifacts', what: expect.stringMatching(/^Kubernetes 1.34.2 arm64, nodeadm [\d.]+, iam-ra$/) },
      { part: 'images', what: 'registry.k8s.io/pause:3.10 arm64' },
    ]);
  });

  it.each([
    [['--without', 'tool'], /--without 'tool' is unknown; accepted: tools, artifacts/],
    [['-o', 'bundle.zip'], /says no format; accepted: a name ending in \.tar or \.tar\.gz/],
    [['--image', 'pause:3.10'], /'pause:3.10' is no image; accepted: a full reference/],
    [['debian12-lap'], /debian12-lap/],
  ])('create %j: 2 and what is accepted', async (args, message) => {
    const run = await runHnf(['bundle', 'create', ...args], world());
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(message);
    expect(readdirSync(run.cwd)).toEqual([]);
  });

  it('verify: 0 and what is in it for a whole one', async () => {
    const { path, manifest } = await makeToolBundle();
    const run = await runHnf(['bundle', 'verify', path, '--identity', manifest.identity], world());
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toContain(`packer-plugin-qemu 1.0.9 ${platform}`);
    expect(run.stdout).toContain(`whole: 2 files`);
  });

  it('verify: 1 with every finding, also as JSON', async () => {
    const { path } = await makeBundle();
    truncateSync(path, 1_000_000);
    const text = await runHnf(['bundle', 'verify', path], world());
    expect([text.exitCode, text.stdout]).toEqual([1, expect.stringContaining('[bundle.unreadable]')]);
    const json = await runHnf(['bundle', 'verify', path, '--json', '--identity', '0'.repeat(64)], world());
    expect(json.exitCode).toBe(1);
    const { whole, findings } = JSON.parse(json.stdout);
    expect([whole, findings.map(({ code }: { code: string }) => code)]).toEqual([
      false,
      ['bundle.other', 'bundle.unreadable'],
    ]);
  });

  it.each([
    [['none.tar'], /there is no bundle/],
    [['text'], /cannot be read as a bundle/],
    [['text', '--identity', 'abc'], /--identity 'abc' is none; accepted: 64/],
    [[], /bundle/],
  ])('verify %j: 2', async (args, message) => {
    const cwd = mkdtempSync(join(tmpdir(), 'cli-'));
    writeFileSync(join(cwd, 'text'), 'hello');
    const run = await runHnf(['bundle', 'verify', ...args], { ...world(), cwd });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(message);
  });

  it('unpacks into a new folder, and plans to', async () => {
    const { path, manifest } = await makeToolBundle();
    const plan = await runHnf(['bundle', 'unpack', path, '-o', 'srv', '--dry-run'], world());
    expect([plan.exitCode, plan.stdout]).toEqual([0, expect.stringMatching(/^would unpack into .*srv: 2 files/)]);
    expect(existsSync(join(plan.cwd, 'srv'))).toBe(false);
    const run = await runHnf(['bundle', 'unpack', path, '-o', 'srv', '--json'], world());
    expect(JSON.parse(run.stdout)).toMatchObject({ folder: join(run.cwd, 'srv'), identity: manifest.identity });
    expect(readdirSync(run.cwd)).toEqual(['srv']);
    const again = await runHnf(['bundle', 'unpack', path, '-o', 'srv'], { ...world(), cwd: run.cwd });
    expect(again.exitCode).toBe(0);
    writeFileSync(join(run.cwd, `srv/tools/${toolKey}/tool.json`), '{}');
    const damaged = await runHnf(['bundle', 'unpack', path, '-o', 'srv'], { ...world(), cwd: run.cwd });
    expect([damaged.exitCode, damaged.stderr]).toEqual([1, expect.stringContaining('Remove this folder')]);
  });

  it('installs the tools of a bundle, named or all, and nothing else', async () => {
    const { path } = await makeToolBundle();
    const options = world();
    const plan = await runHnf(['tools', 'install', '--from-bundle', path, '--dry-run'], options);
    expect([plan.exitCode, plan.stdout]).toEqual([0, 'would install packer-plugin-qemu =1.0.9 from the bundle\n']);
    expect(existsSync(join(options.env.HNF_CACHE_DIR, 'tools'))).toBe(false);
    const run = await runHnf(['tools', 'install', '--json'], { env: { ...options.env, HNF_BUNDLE: path } });
    expect(JSON.parse(run.stdout)).toMatchObject([{ name: 'packer-plugin-qemu', version: '1.0.9', origin: 'release' }]);
    const named = ['tools', 'install', 'packer-plugin-qemu@1.0.9', '--from-bundle', path, '--json'];
    const [tool] = JSON.parse((await runHnf(named, options)).stdout);
    expect(readFileSync(tool.path, 'utf8')).toContain('1.0.9');
    const other = await runHnf(['tools', 'install', 'pakker', '--from-bundle', path], options);
    expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining("unknown tool 'pakker'")]);
  });

  it('serves nothing on an address that is none, and no damaged bundle', async () => {
    const { path } = await makeToolBundle();
    const address = await runHnf(['bundle', 'serve', path, '--listen', 'x'], world());
    expect([address.exitCode, address.stderr]).toEqual([2, expect.stringContaining('HOST:PORT')]);
    truncateSync(path, 3000);
    const damaged = await runHnf(['bundle', 'serve', path, '--listen', '0'], world());
    expect([damaged.exitCode, damaged.stdout]).toEqual([2, '']);
  });
});
