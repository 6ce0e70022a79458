import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exec, ExecOptions, ExecResult } from '../../../src/core/exec.ts';
import { ExecError } from '../../../src/core/exec-error.ts';
import { buildProbeArgs, probeAccelerator } from '../../../src/lab/qemu/accelerator.ts';
import { buildProbeDisk } from '../../../src/lab/qemu/probe-sector.ts';

type Guest = 'runs' | 'aborts' | 'hangs';

/** A stand-in for QEMU on machines that this one is not: HVF works, HVF breaks. The real probe is in test/integration/lab. */
function fakeExec(guest: Guest, version = '8.2.0'): { exec: Exec; guests: () => number } {
  let guests = 0;
  const result = (stdout: string, exitCode: number): ExecResult => ({
    command: 'qemu',
    exitCode,
    stdout,
    stderr: '',
    seconds: 0,
  });
  const run = async (_file: string, args: readonly string[], options: ExecOptions): Promise<ExecResult> => {
    if (args[0] === '--version') return result(`QEMU emulator version ${version}\n`, 0);
    guests += 1;
    if (guest === 'runs') return result('', options.accept?.[0] ?? 0);
    const stderr = 'qemu-system-x86_64: warning: odd\nqemu-system-x86_64: error: failed to set MSR 0x10a to 0x69\n';
    const facts = {
      command: 'qemu',
      exitCode: 134,
      signalName: undefined,
      timedOut: guest === 'hangs',
      stdout: '',
      stderr,
      seconds: 0,
    };
    throw new ExecError(guest === 'hangs' ? 'exec.timeout' : 'exec.failed', facts, 'failed');
  };
  return {
    exec: {
      run,
      start: () => {
        throw new Error('not used');
      },
    },
    guests: () => guests,
  };
}

let folder: string;
let qemu: string;
let count = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hnf-accelerator-'));
  // A new program name each time: what is known is kept per program for the life of the process.
  qemu = `qemu-${count++}`;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('lab/qemu/accelerator', () => {
  it('uses what runs a guest, and tries once per process', async () => {
    const { exec, guests } = fakeExec('runs');
    const request = { exec, qemu, platform: 'darwin' } as const;
    const found = await Promise.all([probeAccelerator(request), probeAccelerator(request)]);
    expect(found.map(({ accelerator }) => accelerator)).toEqual(['hvf', 'hvf']);
    expect(await probeAccelerator(request)).toMatchObject({ accelerator: 'hvf' });
    expect(guests()).toBe(1);
  });

  it('falls back to TCG with QEMU’s own words', async () => {
    const { exec } = fakeExec('aborts');
    expect(await probeAccelerator({ exec, qemu, platform: 'darwin' })).toEqual({
      accelerator: 'tcg',
      reason: 'HVF does not work here (error: failed to set MSR 0x10a to 0x69), using TCG (slow)',
    });
  });

  it('falls back to TCG when the guest hangs', async () => {
    const { exec } = fakeExec('hangs');
    const { accelerator, reason } = await probeAccelerator({ exec, qemu, platform: 'darwin', limitMs: 2500 });
    expect(accelerator).toBe('tcg');
    expect(reason).toContain('did not end within 2.5 s');
  });

  it('honours what was asked for', async () => {
    const { exec, guests } = fakeExec('aborts');
    expect(await probeAccelerator({ exec, qemu, choice: 'tcg' })).toMatchObject({ accelerator: 'tcg' });
    expect(guests()).toBe(0);
    await expect(probeAccelerator({ exec, qemu, choice: 'hvf' })).rejects.toMatchObject({
      code: 'service.missing',
      message: expect.stringContaining("'hvf' was asked for"),
    });
    expect(await probeAccelerator({ exec, qemu, platform: 'win32' })).toMatchObject({ accelerator: 'tcg' });
  });

  it.runIf(process.platform === 'linux')('remembers on disk what works, until QEMU changes', async () => {
    const base = { platform: 'darwin', cacheDir: folder } as const;
    const first = fakeExec('runs');
    await probeAccelerator({ ...base, exec: first.exec, qemu });
    expect(JSON.parse(await readFile(join(folder, 'accelerator.json'), 'utf8'))).toMatchObject({
      accelerator: 'hvf',
    });

    const second = fakeExec('aborts');
    expect(await probeAccelerator({ ...base, exec: second.exec, qemu: `${qemu}-b` })).toMatchObject({
      accelerator: 'hvf',
    });
    expect(second.guests()).toBe(0);

    const newer = fakeExec('aborts', '9.0.0');
    expect(await probeAccelerator({ ...base, exec: newer.exec, qemu: `${qemu}-c` })).toMatchObject({
      accelerator: 'tcg',
    });
  });

  it.each(['aborts', 'hangs'] as const)('tries again in the next process when a guest %s', async (fault) => {
    const base = { platform: 'darwin', cacheDir: folder } as const;
    const found = await probeAccelerator({ ...base, exec: fakeExec(fault).exec, qemu });
    expect(found.accelerator).toBe('tcg');
    await expect(readFile(join(folder, 'accelerator.json'))).rejects.toThrow('ENOENT');
    // As an older hnf noted it.
    const runId = `${(await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'x')).trim()} QEMU emulator version 8.2.0`;
    await writeFile(join(folder, 'accelerator.json'), JSON.stringify({ runId, wanted: 'hvf', ...found }));
    const mended = await probeAccelerator({ ...base, exec: fakeExec('runs').exec, qemu: `${qemu}-b` });
    expect(mended).toMatchObject({ accelerator: 'hvf' });
  });

  it('probes with what the real machine asks for', () => {
    const args = buildProbeArgs('kvm', '/tmp/a,b/probe.raw').join(' ');
    expect(args).toContain('-accel kvm -cpu host');
    expect(args).toContain('file=/tmp/a,,b/probe.raw');
    const disk = buildProbeDisk();
    expect(disk.length).toBe(1024 * 1024);
    expect([disk[510], disk[511]]).toEqual([0x55, 0xaa]);
  });
});
