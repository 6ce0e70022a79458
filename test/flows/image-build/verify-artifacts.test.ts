import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { silentEmit } from '../../../src/core/events.ts';
import type { Exec, ExecResult, RunningProcess } from '../../../src/core/exec.ts';
import { ExecError, type ExecFacts } from '../../../src/core/exec-error.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { type VerifyJob, verifyArtifacts } from '../../../src/flows/image-build/verify-artifacts.ts';
import { findCell } from '../../render/cells.ts';

const facts: ExecFacts = {
  command: 'qemu',
  exitCode: undefined,
  signalName: undefined,
  timedOut: false,
  stdout: '',
  stderr: '',
  seconds: 0,
};

/** A stand-in for a QEMU whose disk has no room left: it stands still until it is ended. The real one is in test/fault/space. */
function stuckQemu(): { exec: Exec; ended: () => boolean } {
  let ended = false;
  const run = async (): Promise<ExecResult> => ({
    ...facts,
    exitCode: 0,
    stdout: JSON.stringify({ 'virtual-size': 1024 ** 3 }),
  });
  const start: Exec['start'] = (_file, _args, { signal }): RunningProcess => {
    const stopped = Promise.withResolvers<never>();
    const stop = () => {
      ended = true;
      stopped.reject(new ExecError('interrupted', facts, 'interrupted'));
    };
    signal?.addEventListener('abort', stop);
    stopped.promise.catch(() => {});
    return { pid: 0, done: stopped.promise, stop: async () => stop() };
  };
  return { exec: { run, start }, ended: () => ended };
}

function jobWith(exec: Exec, logFolder: string, folder: string): VerifyJob {
  const spec = findCell('debian12-lab-amd64-bootstrap-qemu-iam-ra');
  const context = {
    exec,
    log: silentLog,
    clock: systemClock,
    signal: new AbortController().signal,
    emit: silentEmit,
    env: {},
  };
  const job = {
    request: { spec, useCache: false, toolVersion: '0' },
    identities: { node: 'n' },
    store: new Store(folder),
    tools: { accelerator: { accelerator: 'tcg', reason: '' }, qemu: 'qemu', qemuImg: 'qemu-img' },
    context,
    logFolder,
    handle: { progress: () => {}, cached: () => {} },
  };
  return job as unknown as VerifyJob;
}

describe('flows/image-build/verify-artifacts', () => {
  it.skipIf(!existsSync('/proc/self'))(
    'says that a disk is full, instead of waiting for a guest that stands still',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'verify-'));
      const path = join(folder, 'disk.qcow2');
      const header = Buffer.alloc(65_536);
      header.write('QFI\xfb', 'latin1');
      header.writeUInt32BE(3, 4);
      header.writeUInt32BE(16, 20);
      header.writeBigUInt64BE(1024n ** 3n, 24);
      header.writeUInt32BE(104, 100);
      writeFileSync(path, header);
      const { exec, ended } = stuckQemu();
      const artifact = { format: 'qcow2', path, bytes: header.length, sha256: 'a'.repeat(64) };
      // A file system without any room, where logs would go; the folder of overlays is watched in the same way.
      const work = verifyArtifacts([artifact], jobWith(exec, '/proc', folder));
      await expect(work).rejects.toMatchObject({
        code: 'space.low',
        message: expect.stringContaining("stopped because '/proc' is nearly full"),
      });
      expect(ended()).toBe(true);
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('hnf-vm-'))).toEqual([]);
    },
  );
});
