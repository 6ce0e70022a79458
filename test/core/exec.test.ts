import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, vi } from 'vitest';
import { createExec } from '../../src/core/exec.ts';
import type { ExecError } from '../../src/core/exec-error.ts';
import { SecretRegistry } from '../../src/core/secrets.ts';

const exec = createExec();

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function waitGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && isRunning(pid); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return !isRunning(pid);
}

describe('core/exec', () => {
  it('gives both streams and the time', async () => {
    const result = await exec.run('sh', ['-c', 'echo out; echo err >&2'], { timeoutMs: 5000 });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'out\n', stderr: 'err\n' });
    expect(result.seconds).toBeGreaterThan(0);
  });

  it('keeps stdin closed unless it is given', async () => {
    expect((await exec.run('cat', [], { timeoutMs: 5000 })).stdout).toBe('');
    expect((await exec.run('cat', [], { timeoutMs: 5000, input: 'text' })).stdout).toBe('text\n');
  });

  it('hands over only the allow-listed environment and what is added', async () => {
    for (const name of ['HNF_TEST_LEAK', 'GOVC_PASSWORD']) vi.stubEnv(name, 'leaked');
    vi.stubEnv('GOFLAGS', '-mod=mod');
    const { stdout } = await exec.run('env', [], { timeoutMs: 5000, env: { ADDED: 'yes' } });
    expect(stdout).toContain('ADDED=yes');
    expect(stdout).toContain('PATH=');
    expect(stdout).toContain('GOFLAGS=-mod=mod');
    expect(stdout).not.toContain('leaked');
    vi.unstubAllEnvs();
  });

  it('ends what a program leaves behind with its output open', async () => {
    const { stdout, seconds } = await exec.run('sh', ['-c', 'sleep 30 & echo $!'], { timeoutMs: 20_000 });
    expect(seconds).toBeLessThan(10);
    expect(isRunning(Number(stdout))).toBe(false);
  });

  it('tells a wrong exit code with the command and the last lines', async () => {
    const failure = exec.run('sh', ['-c', 'echo reason >&2; exit 3'], { timeoutMs: 5000 });
    await expect(failure).rejects.toMatchObject({ code: 'exec.failed', exitCode: 3, details: ['reason'] });
    await expect(exec.run('sh', ['-c', 'exit 3'], { timeoutMs: 5000, accept: [3] })).resolves.toMatchObject({
      exitCode: 3,
    });
  });

  it('tells a missing program', async () => {
    await expect(exec.run('no-such-program', [], { timeoutMs: 5000 })).rejects.toMatchObject({ code: 'tool.missing' });
  });

  it('ends the whole group at the deadline', async () => {
    const error = await exec
      .run('sh', ['-c', 'sleep 300 & echo $!; wait'], { timeoutMs: 300 })
      .catch((caught: ExecError) => caught);
    expect(error).toMatchObject({ code: 'exec.timeout', timedOut: true });
    expect(await waitGone(Number((error as ExecError).stdout.trim()))).toBe(true);
  });

  it('kills a group that ignores SIGTERM', async () => {
    const controller = new AbortController();
    const running = exec.start('sh', ['-c', 'trap "" TERM; sleep 300'], {
      timeoutMs: 60_000,
      killGraceMs: 200,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 200);
    await expect(running.done).rejects.toMatchObject({ code: 'interrupted' });
    expect(await waitGone(running.pid)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('does not wait for who has ended and was not waited for', async () => {
    const note = join(mkdtempSync(join(tmpdir(), 'zombie-')), 'pid');
    // The sleep of a tenth ends as a child of one that has left the group and never waits: in the group it stays a zombie.
    const script = `(sleep 0.1 & exec setsid sh -c 'echo $$ >${note}; exec sleep 30') >/dev/null 2>&1 </dev/null & sleep 0.5`;
    const result = await exec.run('sh', ['-c', script], { timeoutMs: 20_000 });
    process.kill(Number(readFileSync(note, 'utf8')), 'SIGKILL');
    expect(result.seconds).toBeLessThan(3);
  });

  it('refuses to start after an abort', async () => {
    const failure = exec.run('true', [], { timeoutMs: 5000, signal: AbortSignal.abort() });
    await expect(failure).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('masks secrets in output, command, error and log file', async () => {
    const secrets = new SecretRegistry();
    secrets.add('hunter2-hunter2');
    const logFile = join(mkdtempSync(join(tmpdir(), 'exec-')), 'child.log');
    const lines: string[] = [];
    const error = await createExec(secrets)
      .run('sh', ['-c', 'echo got $0; printf %s $0 | base64 >&2; exit 1', 'hunter2-hunter2'], {
        timeoutMs: 5000,
        logFile,
        onLine: (line) => lines.push(line),
      })
      .catch((caught: ExecError) => caught);
    const everything = JSON.stringify([error, (error as ExecError).message, lines, readFileSync(logFile, 'utf8')]);
    expect(everything).toContain('<secret>');
    expect(everything).not.toContain('hunter2');
    expect(everything).not.toContain(Buffer.from('hunter2-hunter2').toString('base64'));
    expect(statSync(logFile).mode & 0o077).toBe(0);
  });

  it('leaves no process and no temporary folder after kill -9 of hnf itself', async () => {
    const script = `
      import { createExec } from ${JSON.stringify(join(import.meta.dirname, '../../src/core/exec.ts'))};
      import { withTempDir } from ${JSON.stringify(join(import.meta.dirname, '../../src/core/temp.ts'))};
      await withTempDir('reap', async (folder) => {
        const running = createExec().start('sh', ['-c', 'sleep 300 & sleep 300'], { timeoutMs: 600000 });
        console.log(JSON.stringify({ folder, pid: running.pid }));
        await running.done;
      });`;
    const child = execa(process.execPath, ['--input-type=module-typescript', '-e', script], {
      reject: false,
      buffer: false,
    });
    const text: string = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
    const { folder, pid } = JSON.parse(text) as { folder: string; pid: number };
    expect(isRunning(pid)).toBe(true);
    expect(existsSync(folder)).toBe(true);
    child.kill('SIGKILL');
    await child;
    expect(await waitGone(pid)).toBe(true);
    for (let tries = 0; tries < 60 && existsSync(folder); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(existsSync(folder)).toBe(false);
  });
});
