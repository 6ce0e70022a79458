import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { createExec } from '../../../src/core/exec.ts';
import { silentLog } from '../../../src/core/log.ts';
import { withTempDir } from '../../../src/core/temp.ts';
import { buildProbeArgs, probeAccelerator } from '../../../src/lab/qemu/accelerator.ts';
import { type BootRequest, bootImage } from '../../../src/lab/qemu/boot-image.ts';
import { chooseFirmware } from '../../../src/lab/qemu/firmware.ts';
import { plugReadOnlyDisk } from '../../../src/lab/qemu/plug-disk.ts';
import { buildProbeDisk, probeExitCode } from '../../../src/lab/qemu/probe-sector.ts';
import { withRunDir, withVm } from '../../../src/lab/qemu/start-vm.ts';
import type { VmSpec } from '../../../src/lab/qemu/vm-spec.ts';
import { processesOf } from '../../helpers/hnf-child.ts';
import { needTime, needTools } from '../../helpers/need-tools.ts';
import { writeTinyEfiDisk } from './tiny-efi.ts';
import { writeTinyGuest } from './tiny-guest.ts';

const exec = createExec();
let ctx: {
  exec: typeof exec;
  log: typeof silentLog;
  clock: typeof systemClock;
  programs: { qemu: string; qemuImg: string };
};

beforeEach(async (context) => {
  needTime(context);
  const [qemu = '', qemuImg = ''] = await needTools(context, 'qemu-system-x86_64', 'qemu-img');
  ctx = { exec, log: silentLog, clock: systemClock, programs: { qemu, qemuImg } };
});

function boot(artifact: string, changed: Partial<BootRequest> = {}): BootRequest {
  return {
    artifact,
    hardware: 'virtio',
    firmware: 'bios',
    accelerator: 'tcg',
    until: { kind: 'text', text: 'hello' },
    timeoutMs: 60_000,
    memoryMiB: 64,
    ...changed,
  };
}

describe('lab/qemu/accelerator, on this machine', () => {
  it('has a probe guest that runs to its end under TCG', async () => {
    await withTempDir('hnf-test', async (folder) => {
      const disk = join(folder, 'probe.raw');
      await writeFile(disk, buildProbeDisk());
      const { exitCode } = await exec.run(ctx.programs.qemu, buildProbeArgs('tcg', disk), {
        timeoutMs: 60_000,
        accept: [probeExitCode],
      });
      expect(exitCode).toBe(probeExitCode);
    });
  });

  it('decides within seconds, and says why', async () => {
    await withTempDir('hnf-test', async (folder) => {
      const request = { exec, qemu: ctx.programs.qemu, cacheDir: folder };
      const started = performance.now();
      const found = await probeAccelerator(request);
      expect(performance.now() - started).toBeLessThan(15_000);
      expect(found.reason).toMatch(found.accelerator === 'tcg' ? /using TCG \(slow\)$/ : /runs a guest/);
      const forced = await probeAccelerator({ ...request, choice: 'kvm' }).catch((error: unknown) => error);
      if (found.accelerator === 'kvm') expect(forced).toEqual(found);
      else
        expect(forced).toMatchObject({
          code: 'service.missing',
          message: expect.stringContaining("'kvm' was asked for"),
        });
      expect(await probeAccelerator({ ...request, choice: 'tcg' })).toMatchObject({ accelerator: 'tcg' });
    });
  });
});

describe('lab/qemu, with a guest of one sector', () => {
  it.each(['virtio', 'vmware'] as const)('boots %s hardware and sees its serial console', async (hardware) => {
    await withTempDir('hnf-test', async (folder) => {
      const disk = await writeTinyGuest(folder, 'well hello there\r\n', 'halt');
      const before = await readFile(disk);
      const result = await bootImage(boot(disk, { hardware, userData: '#cloud-config\n{}\n' }), ctx);
      expect(result).toMatchObject({
        saw: 'hello',
        hardware,
        serialTail: expect.arrayContaining([expect.stringContaining('well hello there')]),
      });
      expect(result.seconds).toBeGreaterThan(0);
      expect(await readFile(disk)).toEqual(before);
    });
  });

  it('waits for the power to go, and tells an early end from it', async () => {
    await withTempDir('hnf-test', async (folder) => {
      const disk = await writeTinyGuest(folder, 'bye\r\n', 'reset');
      expect(await bootImage(boot(disk, { until: { kind: 'exit' } }), ctx)).toMatchObject({ saw: 'powered off' });
      await expect(bootImage(boot(disk), ctx)).rejects.toMatchObject({
        code: 'verify.failed',
        message: expect.stringContaining('powered off or restarted'),
        details: expect.arrayContaining([expect.stringContaining('bye')]),
      });
    });
  });

  it('gives up at the deadline, with the last words and a picture', async () => {
    await withTempDir('hnf-test', async (folder) => {
      const disk = await writeTinyGuest(folder, 'last words\r\n', 'halt');
      const keepDir = join(folder, 'kept');
      const request = boot(disk, { until: { kind: 'login' }, timeoutMs: 15_000, keepDir });
      await expect(bootImage(request, ctx)).rejects.toMatchObject({
        code: 'verify.failed',
        message: 'after 15 s the guest did not show a login prompt on its serial console',
        details: expect.arrayContaining([
          expect.stringContaining('last words'),
          expect.stringMatching(/^kept: .*screen\.(png|ppm)$/),
        ]),
      });
      expect(await readFile(join(keepDir, 'serial.log'), 'utf8')).toContain('last words');
      const picture = (await readdir(keepDir)).find((name) => name.startsWith('screen'));
      const head = (await readFile(join(keepDir, picture ?? ''))).toString('latin1', 0, 4);
      expect(head).toMatch(/^(\x89PNG|P6\n)/);
    });
  });

  it('does not wait for the deadline when the guest cannot go on', async () => {
    await withTempDir('hnf-test', async (folder) => {
      const disk = await writeTinyGuest(
        folder,
        '[ 1.0] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n',
        'halt',
      );
      const started = performance.now();
      await expect(bootImage(boot(disk, { timeoutMs: 300_000 }), ctx)).rejects.toMatchObject({
        code: 'verify.failed',
        message: expect.stringContaining('could not mount its root file system'),
        hint: expect.stringContaining('initramfs'),
      });
      expect(performance.now() - started).toBeLessThan(120_000);
    });
  });

  it('answers for SSH only when a server speaks', async () => {
    await withTempDir('hnf-test', async (folder) => {
      const disk = await writeTinyGuest(folder, 'no server here\r\n', 'halt');
      const request = boot(disk, { until: { kind: 'ssh' }, timeoutMs: 6000 });
      await expect(bootImage(request, ctx)).rejects.toThrow('did not answer on its SSH port');
    });
  });

  it.for(['vmware', 'virtio'] as const)(
    'starts by the pinned UEFI firmware from the disk of %s hardware',
    async (hardware, context) => {
      const [ovmf = ''] = await needTools(context, 'ovmf-pvscsi', 'mformat', 'mmd', 'mcopy');
      await withTempDir('hnf-test', async (folder) => {
        const disk = await writeTinyEfiDisk(folder, 'hello from the removable path\r\n', exec);
        const request = boot(disk, { hardware, firmware: 'uefi', memoryMiB: 256, timeoutMs: 180_000 });
        const result = await bootImage(request, { ...ctx, programs: { ...ctx.programs, ovmf } });
        expect(result.serialTail.join('\n')).toContain('hello from the removable path');
        await expect(bootImage(request, ctx)).rejects.toMatchObject({ code: 'tool.missing' });
      });
    },
  );

  it('takes a disk while it runs, starts UEFI firmware, and repeats QEMU’s own words', async (context) => {
    const [ovmf] = await needTools(context, 'ovmf-pvscsi');
    await withRunDir(ctx, async (runDir) => {
      const disk = await writeTinyGuest(runDir, 'x', 'halt');
      const spec: VmSpec = {
        name: 'a, b',
        accelerator: 'tcg',
        cpus: 1,
        memoryMiB: 128,
        firmware: chooseFirmware('uefi', ovmf),
        disks: [{ id: 'root', file: disk, format: 'raw', interface: 'sata', snapshot: true }],
        nics: [{ id: 'net0', model: 'e1000', network: 'isolated' }],
        runDir,
        reportPort: true,
        hotplugBus: true,
        lifetimeMs: 120_000,
      };
      await withVm(spec, ctx, async (vm) => {
        await plugReadOnlyDisk(vm, { file: disk, format: 'raw' }, 'hnf123');
        expect(JSON.stringify(await vm.qmp.execute('query-block'))).toContain('plugged-hnf123');
        await vm.waitForText(/BdsDxe/, { timeoutMs: 90_000, what: 'start its UEFI firmware' }).catch((error) => {
          // Where nothing can be booted the firmware says so, which is a known failure: it did start.
          expect(String(error)).toMatch(/nothing to boot from/);
        });
      });
      const broken = {
        ...spec,
        disks: [{ id: 'root', file: '/nowhere.raw', format: 'raw', interface: 'virtio' }],
      } as const;
      await expect(withVm(broken, ctx, async () => {})).rejects.toMatchObject({
        code: 'exec.failed',
        details: expect.arrayContaining([expect.stringContaining('/nowhere.raw')]),
      });
    });
  });
});

describe('lab/qemu, stopped', () => {
  it('leaves nothing behind after an abort', async () => {
    await withTempDir('hnf-test', async (folder) => {
      const disk = await writeTinyGuest(folder, 'hello\r\n', 'halt');
      const tempParent = join(folder, 'vms');
      const controller = new AbortController();
      const onSerial = (text: string) => text.includes('hello') && controller.abort();
      const run = bootImage(boot(disk, { until: { kind: 'exit' } }), {
        ...ctx,
        tempParent,
        signal: controller.signal,
        onSerial,
      });
      await expect(run).rejects.toMatchObject({ code: 'interrupted' });
      expect(await readdir(tempParent)).toEqual([]);
      expect(processesOf(tempParent)).toEqual([]);
    });
  });

  it.runIf(process.platform === 'linux')('leaves nothing behind after kill -9', async () => {
    await withTempDir('hnf-test', async (folder) => {
      const disk = await writeTinyGuest(folder, 'hello\r\n', 'halt');
      const temp = join(folder, 'tmp');
      await mkdir(temp);
      const script = join(import.meta.dirname, 'hold-vm.ts');
      const child = spawn(process.execPath, [script, disk], {
        env: { ...process.env, TMPDIR: temp },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (data) => {
        said += String(data);
      });
      for (let count = 0; count < 600 && !said.includes('hello'); count += 1) await delay(100);
      expect(said).toContain('hello');
      expect((await readdir(temp)).length).toBeGreaterThan(0);
      child.kill('SIGKILL');
      const isLeft = async () => (await readdir(temp)).length > 0 || processesOf(temp).length > 0;
      for (let count = 0; count < 300 && (await isLeft()); count += 1) await delay(100);
      expect(await readdir(temp)).toEqual([]);
      expect(processesOf(temp)).toEqual([]);
    });
  });
});
