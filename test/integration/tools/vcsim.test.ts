import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { needTools } from '../../helpers/need-tools.ts';
import { waitUntil } from '../../helpers/wait.ts';

const exec = createExec();

type Govc = (...args: string[]) => Promise<{ exitCode: number; stdout: string; stderr: string }>;

/** Our simulator program and real govc against it; `flags` are vcsim's. */
async function withSimulator(
  test: TestContext,
  flags: readonly string[],
  use: (govc: Govc, url: URL) => Promise<void>,
): Promise<void> {
  const [vcsim = '', govc = ''] = await needTools(test, 'vcsim', 'govc');
  let url = '';
  const simulator = exec.start(vcsim, ['-l', '127.0.0.1:0', ...flags], {
    timeoutMs: 120_000,
    onLine: (line) => {
      url ||= /GOVC_URL=(\S+)/.exec(line)?.[1] ?? '';
    },
  });
  try {
    await waitUntil(() => url !== '', { timeoutMs: 60_000, what: () => 'vcsim does not listen' });
    const home = mkdtempSync(join(tmpdir(), 'govc-'));
    const env = { GOVC_URL: url, GOVC_INSECURE: 'true', GOVC_PERSIST_SESSION: 'false', GOVMOMI_HOME: home };
    const run: Govc = (...args) => exec.run(govc, args, { timeoutMs: 60_000, env, accept: [0, 1] });
    await use(run, new URL(url));
  } finally {
    await simulator.stop();
  }
}

describe('integration/tools vcsim', () => {
  it('simulates a vCenter of the asked size', async (test) => {
    await withSimulator(test, ['-dc', '2', '-cluster', '1', '-host', '2', '-vm', '3'], async (govc) => {
      expect((await govc('about')).stdout).toContain('govmomi simulator');
      expect((await govc('find', '/', '-type', 'm')).stdout.trim().split('\n')).toHaveLength(12);
    });
  });

  it('fails the methods it is told to, as often as it is told to', async (test) => {
    const fault = 'PowerOffVM_Task=insufficient-resources,count=1,object=DC0_H0_VM0';
    await withSimulator(test, ['-fault', fault], async (govc) => {
      expect((await govc('vm.power', '-off', 'DC0_H0_VM1')).exitCode).toBe(0);
      expect((await govc('vm.power', '-off', 'DC0_H0_VM0')).exitCode).toBe(1);
      expect((await govc('vm.power', '-off', 'DC0_H0_VM0')).exitCode).toBe(0);
    });
  });

  it('lets in only who is named', async (test) => {
    const secret = join(mkdtempSync(join(tmpdir(), 'vcsim-')), 'password');
    writeFileSync(secret, 'right\n');
    await withSimulator(test, ['-username', 'admin', '-password', secret], async (govc, url) => {
      expect((await govc('about')).exitCode).toBe(0);
      url.password = 'wrong';
      const refused = await govc('about', '-u', url.href);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain('Login failure');
    });
  });
});
