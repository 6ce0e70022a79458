import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artifactVersions, provideArtifact } from '../../src/tools/artifact.ts';
import { findTool } from '../../src/tools/find.ts';
import { installTools } from '../../src/tools/install.ts';
import { requirePluginFolder } from '../../src/tools/plugin-folder.ts';
import { provideTool } from '../../src/tools/provide.ts';
import { waitUntil } from '../helpers/wait.ts';
import { createTestWorld, type TestWorld } from './tools-world.ts';

/** Fakes: go-*.sh stand in for Go. They are the only way to see the order, faults and races in milliseconds. */
function buildsOf(world: TestWorld): number {
  return readFileSync(join(world.root, 'cache/builds.log'), 'utf8').trim().split('\n').length;
}

function leftovers(world: TestWorld): string[] {
  return ['tmp', 'locks'].flatMap((folder) => readdirSync(join(world.root, 'cache', folder)));
}

describe('tools/provide', () => {
  it('goes from the PATH to the release to a build, and then uses its own folder', async () => {
    const world = createTestWorld();
    world.place('go', 'go-current.sh');
    const built = await provideTool('packer', world.context);
    expect(built).toMatchObject({ name: 'packer', version: '1.16.0', origin: 'go' });
    expect(built.path.startsWith(join(world.root, 'cache/tools/packer-1.16.0-'))).toBe(true);
    expect(world.events).toEqual([
      'packer release start',
      'packer release skip',
      'packer build start',
      'packer build done',
    ]);
    expect(await findTool('packer', world.again())).toEqual(built);
    expect(await provideTool('packer', world.again())).toEqual(built);
    expect(buildsOf(world)).toBe(1);
    world.place('packer', 'packer-good.sh');
    expect(await provideTool('packer', world.again())).toMatchObject({ origin: 'path', version: '1.12.0' });
  });

  it('is not led astray by an impostor on the PATH', async () => {
    const world = createTestWorld();
    world.place('packer', 'packer-cracklib.sh');
    world.place('go', 'go-current.sh');
    expect(await provideTool('packer', world.context)).toMatchObject({ origin: 'go', version: '1.16.0' });
  });

  it('builds only what HNF_TOOLS_SOURCE allows', async () => {
    const goOnly = createTestWorld({ env: { HNF_TOOLS_SOURCE: 'go' } });
    goOnly.place('go', 'go-current.sh');
    await provideTool('govc', goOnly.context);
    expect(goOnly.events[0]).toBe('govc build start');
    const releaseOnly = createTestWorld({ env: { HNF_TOOLS_SOURCE: 'release' } });
    releaseOnly.place('go', 'go-current.sh');
    await expect(provideTool('govc', releaseOnly.context)).rejects.toMatchObject({
      code: 'tool.missing',
      details: ['release: github.com is out of reach in tests'],
    });
    expect(() => createTestWorld({ env: { HNF_TOOLS_SOURCE: 'apt' } })).toThrow("HNF_TOOLS_SOURCE is 'apt'");
  });

  it('says what was tried when nothing is left', async () => {
    const world = createTestWorld();
    world.place('go', 'go-old.sh');
    const error = await provideTool('packer', world.context).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'tool.missing',
      message: 'packer 1.16.0 is needed (builds the images) and could not be had',
      details: [
        'release: releases.hashicorp.com is out of reach in tests',
        'build: building needs Go 1.26.3 or newer, and none could be found or fetched',
        'cannot install python3-pip: this machine has no apt-get',
      ],
    });
    expect(leftovers(world)).toEqual([]);
  });

  it('passes a compiler error on and leaves nothing behind', async () => {
    const world = createTestWorld();
    world.place('go', 'go-failing.sh');
    const error = await provideTool('packer', world.context).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'exec.failed',
      details: ['main.go:3:8: no required module provides package'],
    });
    expect(leftovers(world)).toEqual([]);
    world.place('go', 'go-current.sh');
    expect(await provideTool('packer', world.again())).toMatchObject({ version: '1.16.0' });
  });

  it('does not take a program that says another version', async () => {
    const world = createTestWorld();
    world.place('go', 'go-lying.sh');
    await expect(provideTool('packer', world.context)).rejects.toMatchObject({
      code: 'tool.version',
      message: 'packer 1.16.0 was made and says it is 1.15.0-dev',
    });
    expect(await findTool('packer', world.again())).toBeUndefined();
  });

  it('makes a damaged tool again', async () => {
    const world = createTestWorld();
    world.place('go', 'go-current.sh');
    const { path } = await provideTool('packer', world.context);
    truncateSync(path, 5);
    expect(await findTool('packer', world.again())).toBeUndefined();
    expect(world.warnings[0]).toContain('is damaged (packer has 5 bytes');
    await provideTool('packer', world.again());
    const whole = readFileSync(path);
    writeFileSync(path, Buffer.alloc(whole.length, 'x'));
    await provideTool('packer', world.again());
    expect(readFileSync(path)).toEqual(whole);
    expect(buildsOf(world)).toBe(3);
  });

  it('builds once for everybody who asks at the same time', async () => {
    const world = createTestWorld();
    world.place('go', 'go-current.sh');
    const contexts = [world.context, world.context, world.again(), world.again()];
    const paths = await Promise.all(contexts.map(async (context) => (await provideTool('packer', context)).path));
    expect(new Set(paths).size).toBe(1);
    expect(buildsOf(world)).toBe(1);
  });

  it('stops at an interrupt with nothing half-made', async () => {
    const controller = new AbortController();
    const world = createTestWorld({ signal: controller.signal });
    world.place('go', 'go-slow.sh');
    const running = installTools(['packer', 'govc', 'vcsim'], world.context);
    const begun = () => readdirSync(world.root, { recursive: true }).some((name) => /tmp\/.*\/packer$/.test(`${name}`));
    await waitUntil(begun, { timeoutMs: 10_000, what: () => 'the build has not started' });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    expect(leftovers(world)).toEqual([]);
    expect(world.events).not.toContain('vcsim build start');
  });
});

describe('tools/install', () => {
  it('installs what can be had and reports the rest', async () => {
    const world = createTestWorld();
    world.place('go', 'go-current.sh');
    const system = await installTools(['qemu-img', 'govc', 'xorriso'], world.context).catch((caught) => caught);
    expect(system).toMatchObject({
      code: 'tool.missing',
      message: 'cannot install qemu-utils xorriso: this machine has no apt-get',
      hint: "Install what Debian calls qemu-utils, xorriso with this machine's package manager.",
    });
    expect(await findTool('govc', world.again())).toMatchObject({ version: '0.56.0' });
    const both = await installTools(['qemu-img', 'kubelet@9.9.9'], world.context).catch((caught) => caught);
    expect(both).toMatchObject({ code: 'tool.missing', message: '2 installations failed' });
    expect(both.details).toContain('    build: no recipe for kubelet 9.9.9');
  });

  it('takes a version behind an @', async () => {
    const world = createTestWorld();
    world.place('go', 'go-current.sh');
    const [kubelet] = await installTools(['kubelet@v1.34.2'], world.context);
    expect(kubelet).toMatchObject({ name: 'kubelet', version: '1.34.2' });
    await expect(installTools(['kubelet@1.2.3'], world.context)).rejects.toMatchObject({
      code: 'tool.missing',
      details: ['build: no recipe for kubelet 1.2.3'],
    });
    await expect(installTools(['qemu-img@7'], world.context)).rejects.toMatchObject({ code: 'usage' });
    await expect(installTools(['packre'], world.context)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('tools/artifact', () => {
  it('gives a program for the guest with its digest and origin', async () => {
    const world = createTestWorld();
    world.place('go', 'go-current.sh');
    const artifact = await provideArtifact('kubelet', 'v1.34.2', 'arm64', world.context);
    expect(artifact).toMatchObject({
      version: '1.34.2',
      origin: 'go',
      source: 'pkg:golang/k8s.io/kubernetes@v1.34.2#cmd/kubelet',
    });
    expect(artifact.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(artifact.bytes).toBe(readFileSync(artifact.path).length);
    expect(artifact.path).toContain('kubelet-1.34.2-linux-arm64-');
  });

  it('names the versions it has', async () => {
    const world = createTestWorld();
    expect(artifactVersions('kubelet')).toEqual(['1.34.2', '1.34.3']);
    await expect(provideArtifact('kubelet', '1.33.0', 'amd64', world.context)).rejects.toMatchObject({
      code: 'input.invalid',
      message: 'kubelet 1.33.0 is not available; accepted: 1.34.2, 1.34.3',
    });
  });
});

describe('tools/plugin-folder', () => {
  it('places plugins as Packer wants them and repairs them', async () => {
    const world = createTestWorld();
    world.place('go', 'go-current.sh');
    await expect(requirePluginFolder(['packer-plugin-qemu'], world.context)).rejects.toMatchObject({
      code: 'plugin.missing',
    });
    const { path } = await provideTool('packer-plugin-qemu', world.context);
    const folder = await requirePluginFolder(['packer-plugin-qemu'], world.context);
    const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as 'x64' | 'arm64'];
    const file = join(folder, `github.com/hashicorp/qemu/packer-plugin-qemu_v1.0.9_x5.0_${process.platform}_${arch}`);
    expect(readFileSync(file)).toEqual(readFileSync(path));
    expect(readFileSync(`${file}_SHA256SUM`, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
    expect(await requirePluginFolder(['packer-plugin-qemu'], world.again())).toBe(folder);
    truncateSync(file, 3);
    await provideTool('packer-plugin-qemu', world.again());
    expect(await requirePluginFolder(['packer-plugin-qemu'], world.again())).toBe(folder);
    expect(readFileSync(file)).toEqual(readFileSync(path));
  });
});
