import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../src/core/exec.ts';
import { type PackerCall, runBuild } from '../../src/packer/client.ts';

const fakePacker = resolve(import.meta.dirname, '../fixtures/bin/packer-orphan.sh');

function isRunning(pid: number): boolean {
  try {
    // A process that has ended and that nobody has asked about yet is none.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe.runIf(process.platform === 'linux')('packer/client', () => {
  it.concurrent.each([
    ['failing', { code: 'exec.failed', message: expect.stringContaining('exit code 1') }],
    ['killed', { code: 'exec.failed', message: expect.stringContaining('ended by SIGKILL') }],
    ['silent', { code: 'build.failed', message: expect.stringContaining('without having built anything') }],
  ])(
    'ends what a Packer leaves that is %s, keeps its files together, and takes it for a failure',
    async (fault, error) => {
      const folder = mkdtempSync(join(tmpdir(), 'packer-'));
      const tempFolder = mkdtempSync(join(tmpdir(), 'packer-temp-'));
      const call: PackerCall = {
        exec: createExec(),
        settings: { path: fakePacker, pluginFolder: folder, tempFolder },
        variables: { fault },
        graceMs: 200,
      };
      const said: string[] = [];
      const onSpeech = ({ text }: { text: string }) => void said.push(text);
      const build = runBuild(folder, call, { timeoutMs: 15_000, logFile: join(folder, 'log'), onSpeech });
      await expect(build).rejects.toMatchObject(error);
      expect(said[0]).toBe('Starting VM, booting disk image');
      expect(isRunning(Number(readFileSync(join(folder, 'orphan.pid'), 'utf8')))).toBe(false);
      expect(readdirSync(tempFolder)).toEqual(['packer1.iso']);
    },
  );
});
