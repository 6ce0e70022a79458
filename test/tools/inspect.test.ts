import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../src/core/exec.ts';
import { describeInspection, findTool, listTools, requireTool } from '../../src/tools/find.ts';
import { listOnPath } from '../../src/tools/find-on-path.ts';
import { inspectTool } from '../../src/tools/inspect.ts';
import { runProbe } from '../../src/tools/probe.ts';
import { toolNamed, tools } from '../../src/tools/table.ts';
import { createTestWorld, type TestWorld } from './tools-world.ts';

async function rowOf(world: TestWorld) {
  return describeInspection(await inspectTool(toolNamed('packer'), world.context));
}

describe('tools/inspect', () => {
  it('takes a program on the PATH whose version is accepted', async () => {
    const world = createTestWorld();
    const path = world.place('packer', 'packer-good.sh');
    expect(await findTool('packer', world.context)).toEqual({
      name: 'packer',
      path,
      version: '1.12.0',
      origin: 'path',
    });
    const row = { name: 'packer', wanted: '>=1.11.0 <2', found: '1.12.0', path, origin: 'path', status: 'ok' };
    expect(await rowOf(world)).toEqual(row);
  });

  it.each([
    ['packer-old.sh', 'too-old', '1.6.6', 'tool.version'],
    ['packer-future.sh', 'too-new', '2.0.1', 'tool.version'],
    ['packer-cracklib.sh', 'impostor', null, 'tool.impostor'],
  ])('tells what %s is', async (fixture, status, found, code) => {
    const world = createTestWorld();
    const path = world.place('packer', fixture);
    expect(await rowOf(world)).toMatchObject({ status, found, path, origin: 'path' });
    const error = await requireTool('packer', world.context).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, hint: 'Run `hnf tools install packer`.' });
    expect((error as Error).message).toContain(`'${path}'`);
  });

  it('gives a program that never answers a short time only', async () => {
    const world = createTestWorld();
    const path = world.place('packer', 'packer-silent.sh');
    const probe = toolNamed('packer').probe;
    if (probe === undefined) throw new Error('packer has no probe');
    const startedAt = performance.now();
    const answer = await runProbe(path, probe, createExec(), { timeoutMs: 300 });
    expect(answer).toEqual({ kind: 'impostor', said: 'no answer within 0.3 s' });
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it('passes over an impostor to a good one further down the PATH', async () => {
    const world = createTestWorld();
    world.place('packer', 'packer-cracklib.sh');
    const second = createTestWorld();
    const path = second.place('packer', 'packer-good.sh');
    const context = { ...world.context, env: { PATH: `${world.bin}:${second.bin}` } };
    expect(await findTool('packer', context)).toMatchObject({ path });
  });

  it('says plainly that nothing is there', async () => {
    const world = createTestWorld();
    await expect(requireTool('packer', world.context)).rejects.toMatchObject({
      code: 'tool.missing',
      message: 'packer >=1.11.0 <2 is needed (builds the images) and is not there',
    });
    await expect(requireTool('packer-plugin-qemu', world.context)).rejects.toMatchObject({ code: 'plugin.missing' });
    await expect(requireTool('pakcer', world.context)).rejects.toMatchObject({ code: 'usage' });
  });

  it('names the packages of what the distribution has', async () => {
    const world = createTestWorld();
    await expect(requireTool('qemu-img', world.context)).rejects.toMatchObject({
      hint: 'Run `hnf tools install qemu-img`, or as root: apt-get update && apt-get install -y --no-install-recommends qemu-utils',
    });
  });

  it('lists every tool with exactly the keys of the contract', async () => {
    const world = createTestWorld();
    const rows = await listTools(world.context);
    expect(rows.map((row) => row.name)).toEqual(tools.map((tool) => tool.name));
    for (const row of rows) {
      expect(Object.keys(row).sort()).toEqual(['found', 'name', 'origin', 'path', 'status', 'wanted']);
    }
  });
});

describe('tools/find-on-path', () => {
  it('keeps the order of the PATH and passes over what is no program', () => {
    const { root } = createTestWorld();
    const folders = ['a', 'b', 'c', 'd'].map((name) => join(root, name));
    for (const folder of folders) mkdirSync(folder);
    const [a = '', b = '', c = '', d = ''] = folders;
    writeFileSync(join(a, 'tool'), 'no program', { mode: 0o644 });
    mkdirSync(join(b, 'tool'));
    writeFileSync(join(c, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
    symlinkSync(join(c, 'tool'), join(d, 'tool'));
    expect(listOnPath('tool', `${a}:${b}::.:relative:${d}:${c}:${d}`)).toEqual([join(d, 'tool'), join(c, 'tool')]);
    chmodSync(join(c, 'tool'), 0o644);
    expect(listOnPath('tool', `${c}:${d}`)).toEqual([]);
    expect(listOnPath('tool', undefined)).toEqual([]);
  });
});
