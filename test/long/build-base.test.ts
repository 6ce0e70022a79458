import { mkdtemp, open, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { silentEmit } from '../../src/core/events.ts';
import { createExec } from '../../src/core/exec.ts';
import { buildBaseDisk } from '../../src/lab/base/build.ts';
import type { BaseContext } from '../../src/lab/base/context.ts';
import { needTime, needTools } from '../helpers/need-tools.ts';
import { samplePlan } from '../lab/base/sample-plan.ts';

const exec = createExec();
const timeoutMs = 120_000;
const mib = 1_048_576;

describe('long/build-base', () => {
  it('makes a bookworm disk that sfdisk, e2fsck, fsck.fat and mtools find whole', async (test) => {
    needTime(test);
    const context = await realContext(test);
    const plan = samplePlan();
    const result = await buildBaseDisk(plan, context);
    expect(await readdir(context.workDir)).toEqual(['base.qcow2']);
    expect(result.virtualBytes).toBe(4 * 1024 * mib);
    const names = result.packages.map((item) => item.name);
    expect(names).toEqual(expect.arrayContaining(['cloud-init', 'open-vm-tools', 'systemd-resolved']));
    expect(names.filter((name) => /^(containerd|runc|kube)/.test(name))).toEqual([]);

    const raw = join(context.workDir, 'disk.raw');
    await exec.run(context.tools.qemuImg, ['convert', '-O', 'raw', result.path, raw], { timeoutMs });
    await expectPartitions(raw, plan.layout.diskId, plan.ids.rootPartition);
    await expectRootFilesystem(raw, plan.ids.rootFilesystem);
    await expectEsp(raw, context.tools.mcopy, plan.grub.efi);
    await expectBiosLoader(raw);
  });

  it('leaves nothing when it is stopped in the middle of the installation', async (test) => {
    const controller = new AbortController();
    let stopped = false;
    const debug = (line: string) => {
      // From here on /proc, /sys and /dev are mounted in the tree.
      if (!line.includes('installing essential packages')) return;
      stopped = true;
      setTimeout(() => controller.abort(), 2000);
    };
    const log = { debug, info: () => {}, warn: () => {} };
    const context = { ...(await realContext(test)), signal: controller.signal, log };
    const mounts = await readFile('/proc/self/mounts', 'utf8');
    await expect(buildBaseDisk(samplePlan(), context)).rejects.toMatchObject({ code: 'interrupted' });
    expect(stopped).toBe(true);
    expect(await readdir(context.workDir)).toEqual([]);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('hnf-base-'))).toEqual([]);
    expect(await readFile('/proc/self/mounts', 'utf8')).toBe(mounts);
  });
});

async function realContext(test: TestContext): Promise<BaseContext> {
  const [mmdebstrap, sfdisk, mformat, mmd, mcopy, qemuImg] = (await needTools(
    test,
    ...['mmdebstrap', 'sfdisk', 'mformat', 'mmd', 'mcopy', 'qemu-img'],
  )) as [string, string, string, string, string, string];
  return {
    exec,
    log: { debug: () => {}, info: () => {}, warn: () => {} },
    emit: silentEmit,
    clock: systemClock,
    signal: new AbortController().signal,
    workDir: await mkdtemp(join(tmpdir(), 'base-')),
    tools: { mmdebstrap, sfdisk, mformat, mmd, mcopy, qemuImg },
  };
}

async function expectPartitions(raw: string, diskId: string, rootPartition: string): Promise<void> {
  const verified = await exec.run('sfdisk', ['--verify', raw], { timeoutMs });
  expect(verified.stdout + verified.stderr).toContain('No errors detected');
  const { partitiontable: table } = JSON.parse((await exec.run('sfdisk', ['--json', raw], { timeoutMs })).stdout);
  expect(table).toMatchObject({ label: 'gpt', id: diskId.toUpperCase() });
  expect(table.partitions.map((part: { name: string }) => part.name)).toEqual(['bios', 'esp', 'root']);
  expect(table.partitions[2]).toMatchObject({ start: 135_168, size: 8_251_392, uuid: rootPartition.toUpperCase() });
}

async function expectRootFilesystem(raw: string, uuid: string): Promise<void> {
  const root = `${raw}?offset=${66 * mib}`;
  await exec.run('e2fsck', ['-f', '-n', root], { timeoutMs });
  const debugfs = async (request: string) => (await exec.run('debugfs', ['-R', request, root], { timeoutMs })).stdout;
  expect(await debugfs('stats -h')).toContain(uuid);
  expect(await debugfs('stat /usr/bin/sudo')).toMatch(/Mode: +04755[\s\S]*User: +0 +Group: +0/);
  expect(await debugfs('stat /etc/shadow')).toMatch(/Mode: +0640[\s\S]*User: +0 +Group: +42/);
  expect(await debugfs('cat /etc/shadow')).toMatch(/^root:!/m);
  expect(await debugfs('cat /etc/machine-id')).toBe('');
  expect(await debugfs('cat /etc/hostname')).toBe('localhost\n');
  expect(await debugfs('stat /etc/resolv.conf')).toContain('../run/systemd/resolve/stub-resolv.conf');
  expect(await debugfs('ls -p /etc/ssh')).not.toContain('ssh_host_');
  expect(await debugfs('ls -p /')).not.toMatch(/hnf|\.tree/);
  expect(await debugfs('ls -p /dev')).not.toContain('null');
  expect(await debugfs('cat /etc/apt/sources.list')).not.toContain('localhost');
}

async function expectEsp(raw: string, mcopy: string, grubConfig: string): Promise<void> {
  const config = await exec.run(mcopy, ['-n', '-i', `${raw}@@${2 * mib}`, '::/EFI/debian/grub.cfg', '-'], {
    timeoutMs,
  });
  expect(config.stdout).toBe(grubConfig);
  const loader = `${raw}.efi`;
  await exec.run(mcopy, ['-n', '-i', `${raw}@@${2 * mib}`, '::/EFI/BOOT/BOOTX64.EFI', loader], { timeoutMs });
  expect((await readFile(loader)).subarray(0, 2).toString()).toBe('MZ');
}

/** The boot sector names the sector where the BIOS partition begins; there GRUB's core image names the next one. */
async function expectBiosLoader(raw: string): Promise<void> {
  const disk = await open(raw);
  try {
    const read = async (position: number) => (await disk.read(Buffer.alloc(512), 0, 512, position)).buffer;
    const bootSector = await read(0);
    expect(bootSector.readBigUInt64LE(0x5c)).toBe(2048n);
    expect(bootSector.subarray(510).toString('hex')).toBe('55aa');
    const core = await read(2048 * 512);
    expect(core.readBigUInt64LE(0x1f4)).toBe(2049n);
    expect(core.readUInt16LE(0x1fc)).toBeGreaterThan(100);
  } finally {
    await disk.close();
  }
}
