import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { installPackages } from '../../src/tools/apt.ts';
import type { ToolsContext } from '../../src/tools/context.ts';
import { waitUntil } from '../helpers/wait.ts';
import { createTestWorld, type TestWorld } from './tools-world.ts';

/** Fakes: apt-get and sudo, because a test must not install packages on the machine it runs on. */
function worldWith(aptGet: string, prefix: readonly string[], signal: AbortSignal): TestWorld {
  const world = createTestWorld({ signal });
  world.place('apt-get', aptGet);
  world.place('sudo', 'sudo-unreachable.sh');
  vi.stubEnv('PATH', `${world.bin}:${process.env['PATH']}`);
  allowApt(world.context, prefix);
  return world;
}

function allowApt(context: ToolsContext, prefix: readonly string[]): void {
  context.memory.apt.ready = Promise.resolve({ usable: true, prefix });
}

function logOf(world: TestWorld): string[] {
  const path = join(world.bin, 'apt-get.log');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

describe.runIf(process.platform === 'linux')('tools/apt', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['as root', []],
    ['through a sudo that we may not signal', ['sudo', '-n']],
  ])('lets apt come to a safe end when interrupted, %s', async (_, prefix) => {
    const controller = new AbortController();
    const world = worldWith('apt-get-slow.sh', prefix, controller.signal);
    const running = installPackages(['something'], world.context);
    running.catch(() => {});
    await waitUntil(() => logOf(world).length > 0, { timeoutMs: 10_000, what: () => 'apt-get has not started' });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    expect(logOf(world)).toEqual(['install', 'finished']);
  });

  it('does not try again after the deadline', async () => {
    const world = worldWith('apt-get-late.sh', [], new AbortController().signal);
    await expect(installPackages(['something'], world.context)).rejects.toMatchObject({
      code: 'exec.timeout',
      message: 'apt-get was stopped after its deadline of 20 minutes',
    });
    expect(logOf(world)).toEqual(['install']);
  });
});
