import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { mirrorServe } from '../../src/cli/commands/mirror/serve.ts';
import { mirrorSync } from '../../src/cli/commands/mirror/sync.ts';
import { mirrorVerify } from '../../src/cli/commands/mirror/verify.ts';
import { createContext } from '../../src/cli/context.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { exitCodeOf } from '../../src/core/errors.ts';
import { writeMirror } from '../../src/mirror/write-mirror.ts';
import { makeFolder, placeSample, sampleContext } from './sample.ts';

const commands: readonly Command[] = [mirrorSync, mirrorServe, mirrorVerify];

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

async function run(
  argv: readonly string[],
  options: { cwd?: string; signal?: AbortSignal; onOutput?: (text: string) => void } = {},
): Promise<Ended> {
  const ended: Ended = { code: 0, stdout: '', stderr: '' };
  const cwd = options.cwd ?? (await makeFolder('cwd'));
  const world = {
    cwd,
    env: { HNF_CACHE_DIR: join(cwd, 'cache') },
    isTerminal: false,
    stdout: (text: string) => {
      ended.stdout += text;
      options.onOutput?.(text);
    },
    stderr: (text: string) => {
      ended.stderr += text;
    },
  };
  const program = buildProgram(commands, {
    version: '0',
    stdout: world.stdout,
    stderr: world.stderr,
    async run(command, input) {
      const flags = { json: input.options['json'] === true, color: false, verbose: false };
      try {
        const signal = options.signal ?? new AbortController().signal;
        ended.code = (await command.run(createContext(world, signal, flags), input)) ?? 0;
      } catch (error) {
        ended.code = exitCodeOf(error);
        ended.stderr += String(error);
      }
    },
  });
  await program.parseAsync([...argv], { from: 'user' });
  return ended;
}

async function writeSample(): Promise<string> {
  const folder = await makeFolder('mirror');
  const { inventory } = await placeSample();
  await writeMirror(inventory, folder, { baseUrl: 'https://m.example.com', gzip: false }, await sampleContext());
  return folder;
}

describe('cli/commands/mirror', () => {
  it('verify: 0 and one line for a whole mirror', async () => {
    const { code, stdout } = await run(['mirror', 'verify', await writeSample()]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^whole: 7 files, .* manifest for https:\/\/m\.example\.com\n$/),
    ]);
  });

  it('verify: 1 and every finding for a damaged one, also as JSON', async () => {
    const folder = await writeSample();
    await truncate(join(folder, 'nodeadm/1.0.19/amd64/nodeadm'), 1);
    await truncate(join(folder, 'manifest.yaml'), 1);
    const { code, stdout } = await run(['mirror', 'verify', folder]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/error: nodeadm\/1\.0\.19\/amd64\/nodeadm: has 1 bytes/);
    expect(stdout).toMatch(/error: manifest\.yaml: is not the one/);
    const json = await run(['mirror', 'verify', folder, '--json']);
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { whole: false, findings: [{}, {}] }]);
  });

  it('verify: 2 for what is no mirror', async () => {
    const { code, stderr } = await run(['mirror', 'verify', await makeFolder('empty')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is no artifact mirror')]);
  });

  it('serve: answers until it is stopped, then ends with 0', async () => {
    const folder = await writeSample();
    const controller = new AbortController();
    const statuses: number[] = [];
    const onOutput = (text: string) => {
      const { manifest } = JSON.parse(text) as { manifest: string };
      fetch(manifest).then((answer) => {
        statuses.push(answer.status);
        controller.abort();
      });
    };
    const argv = ['mirror', 'serve', folder, '--listen', '0', '--json'];
    const { code, stderr } = await run(argv, { signal: controller.signal, onOutput });
    expect([code, statuses]).toEqual([0, [200]]);
    expect(stderr).toContain('a client fetched the release manifest');
  });

  it.each([
    ['serve', 'DIR', '--listen', 'here'],
    ['serve', 'DIR', '--base-url', 's3://bucket'],
    ['serve', '/nowhere'],
    ['sync', '--kubernetes', 'v1.34.2'],
    ['sync', '--nodeadm', 'latest'],
    ['sync', '--arch', 'riscv64'],
    ['sync', '--origin', 'go', '--kubernetes', '1.2.3'],
    ['sync', '--origin', 'go', '--kubernetes', '1.34'],
    ['sync', '--origin', 'go', '--base-url', 'ftp://x', '--dry-run'],
  ])('refuses wrong input with 2 before anything is done: %s %s %s %s', async (...argv) => {
    const cwd = await makeFolder('cwd');
    const folder = await writeSample();
    const { code, stdout } = await run(['mirror', ...argv.map((word) => (word === 'DIR' ? folder : word))], { cwd });
    expect([code, stdout, await readdir(cwd)]).toEqual([2, '', []]);
  });

  it('sync --dry-run: says what would come from where, and writes nothing', async () => {
    const cwd = await makeFolder('cwd');
    const argv = ['mirror', 'sync', '--origin', 'go', '--arch', 'amd64', '--arch', 'arm64', '--dry-run', '--json'];
    const { code, stdout } = await run(argv, { cwd });
    const plan = JSON.parse(stdout) as { baseUrl: string; artifacts: { path: string; source: string }[] };
    expect([code, plan.baseUrl, plan.artifacts.length]).toEqual([0, 'http://127.0.0.1:8080', 14]);
    expect(plan.artifacts.map((item) => item.source)).toContain('pkg:golang/k8s.io/kubernetes@v1.34.2#cmd/kubelet');
    expect(await readdir(cwd)).toEqual([]);
  });
});
