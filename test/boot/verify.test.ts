import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createExec } from '../../src/core/exec.ts';
import { canonicalJson, sha256, sha256File } from '../../src/core/hash.ts';
import { silentLog } from '../../src/core/log.ts';
import { GiB } from '../../src/core/sizes.ts';
import { Store } from '../../src/core/store.ts';
import type { BuildResult } from '../../src/flows/image-build/request.ts';
import { type Accelerator, probeAccelerator } from '../../src/lab/qemu/accelerator.ts';
import { type ArtifactBoot, prepareArtifactVm } from '../../src/lab/qemu/artifact-vm.ts';
import { bootImage } from '../../src/lab/qemu/boot-image.ts';
import { findDiskSource } from '../../src/lab/qemu/disk-source.ts';
import type { LabContext } from '../../src/lab/qemu/lab-context.ts';
import { withRunDir, withVm } from '../../src/lab/qemu/start-vm.ts';
import { buildNoCloudIso } from '../../src/lab/seed/nocloud.ts';
import type { VerifyExpectations } from '../../src/lab/verify/expectations.ts';
import { countChecks } from '../../src/lab/verify/report.ts';
import { verifyImage } from '../../src/lab/verify/verify-image.ts';
import { runHnfProcess } from '../helpers/hnf-child.ts';
import { cacheFolder, needTime, needTools } from '../helpers/need-tools.ts';

const minutes = 60_000;
const exec = createExec();
const store = new Store(cacheFolder());
const ctx: LabContext = { exec, log: silentLog, clock: systemClock };

const expectations: VerifyExpectations = {
  kubernetes: '1.34.2',
  nodeadm: '1.0.19',
  provider: 'iam-ra',
  containerdSource: 'distro',
  identity: 'what this image is not',
  datasourceList: ['NoCloud', 'ConfigDrive', 'VMware', 'OVF', 'None'],
};

/** What a careless build leaves: each line makes one more check of the sealed state fail. */
const carelessUserData = `#cloud-config\n${JSON.stringify({
  ssh_genkeytypes: ['ed25519'],
  users: [
    {
      name: 'packer',
      plain_text_passwd: 'packer',
      lock_passwd: false,
      sudo: 'ALL=(ALL) NOPASSWD:ALL',
      ssh_authorized_keys: ['ssh-ed25519 AAAA build'],
    },
  ],
  runcmd: [
    "fallocate -l 4M /swapfile && mkswap /swapfile && echo '/swapfile none swap sw 0 0' >> /etc/fstab",
    'sed -i \'s/^GRUB_CMDLINE_LINUX=.*/GRUB_CMDLINE_LINUX="ds=nocloud"/\' /etc/default/grub',
    "echo 'datasource_list: [ NoCloud, Ec2, None ]' > /etc/cloud/cloud.cfg.d/99_zz.cfg",
    'echo \'Acquire::http::Proxy "http://10.0.2.2:3142";\' > /etc/apt/apt.conf.d/99-proxy',
    "rm -f /etc/resolv.conf && echo 'nameserver 10.0.2.3' > /etc/resolv.conf",
    'mkdir -p /root/.aws /var/lib/amazon/ssm /var/lib/kubelet/pki /etc/hybrid-node',
    'touch /var/lib/amazon/ssm/registration /var/lib/kubelet/pki/kubelet.key /etc/hybrid-node/nodeconfig.yaml',
    'rm -rf /opt/nodeadm/tracker',
    'echo packer > /root/.bash_history',
    'touch /var/tmp/left',
    'head -c 4000000 /dev/urandom > /var/log/big.log',
    'rm -f /var/lib/dbus/machine-id && cp /etc/machine-id /var/lib/dbus/machine-id',
  ],
  power_state: { mode: 'poweroff', timeout: 120 },
})}\n`;

const expectedFailures = [
  'credentials.passwords',
  'credentials.build-user',
  'credentials.sudoers',
  'credentials.authorized-keys',
  'identity.machine-id',
  'identity.dbus-machine-id',
  'identity.ssh-host-keys',
  'cloud-init.state',
  'cloud-init.datasource-list',
  'node.ssm-registration',
  'node.aws-credentials',
  'node.kubelet-identity',
  'node.nodeconfig',
  'node.tracker',
  'node.identity',
  'swap.none',
  'boot.command-line',
  'build.network',
  'build.resolver',
  'build.logs',
  'build.history',
  'build.tmp',
];

describe('boot/verify', () => {
  let disk: string;

  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'qemu-system-x86_64', 'qemu-img', 'packer', 'packer-plugin-qemu', 'mmdebstrap');
    const [ovmf = ''] = await needTools(context, 'ovmf-pvscsi');
    ctx.programs = { ovmf };
  });

  beforeAll(async () => {
    if (process.env['HNF_TIER'] !== 'all') return;
    disk = process.env['HNF_TEST_DISK'] ?? (await buildLabDisk());
  });

  it('fails a disk that was not sealed, and names everything that is left in it', async () => {
    const { accelerator } = await probeAccelerator({ exec, qemu: 'qemu-system-x86_64' });
    const before = await sha256File(disk);
    const careless = { file: await provideCarelessDisk(disk, accelerator), format: 'qcow2' } as const;
    const report = await verifyImage(
      { disk: careless, hardware: 'virtio', firmware: 'bios', accelerator, expectations, deadlineMs: 15 * minutes },
      ctx,
    );
    const failed = report.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
    expect(failed).toEqual(expect.arrayContaining(expectedFailures));
    expect(report.checks.find(({ id }) => id === 'disk.clean')).toMatchObject({ status: 'pass' });
    expect(report.checks.find(({ id }) => id === 'booted.root-grown')).toMatchObject({ status: 'pass' });
    expect(countChecks(report).passed).toBeGreaterThan(10);
    expect(await sha256File(disk)).toBe(before);
  });

  it('boots the hardware an OVA promises from UEFI: PVSCSI and VMXNET3, until SSH answers', async () => {
    const { accelerator } = await probeAccelerator({ exec, qemu: 'qemu-system-x86_64' });
    const result = await bootImage(
      {
        artifact: disk,
        hardware: 'vmware',
        firmware: 'uefi',
        accelerator,
        until: { kind: 'ssh' },
        userData: '#cloud-config\n{}\n',
        timeoutMs: 15 * minutes,
      },
      ctx,
    );
    expect(result.saw).toMatch(/^SSH-2\.0-OpenSSH/);
  });
});

/** The disk after a careless first boot; kept for the next run, under the disk's bytes and everything the boot was given. */
async function provideCarelessDisk(disk: string, accelerator: Accelerator): Promise<string> {
  const seed = buildNoCloudIso({ instanceId: 'careless', hostname: 'careless', userData: carelessUserData });
  const machine = { hardware: 'virtio', firmware: 'bios', cpus: 2, memoryMiB: 1536, growBytes: GiB } as const;
  const key = sha256(canonicalJson({ disk: await store.hashes.sha256(disk), seed: sha256(seed), ...machine }));
  const context = { log: silentLog, signal: new AbortController().signal };
  const { folder } = await store.provide('test-disk', key, context, (made) =>
    withRunDir(ctx, async (runDir) => {
      const lifetimeMs = 20 * minutes;
      const source = await findDiskSource(disk);
      const boot: ArtifactBoot = {
        ...machine,
        disk: source,
        accelerator,
        seed,
        network: { network: 'isolated' },
        lifetimeMs,
      };
      const { spec } = await prepareArtifactVm(boot, runDir, ctx);
      await withVm(spec, ctx, (vm) => vm.waitForExit({ timeoutMs: 15 * minutes, what: 'power off' }));
      const flatten = ['convert', '-O', 'qcow2', join(runDir, 'overlay.qcow2'), join(made, 'disk.qcow2')];
      await exec.run('qemu-img', flatten, { timeoutMs: 15 * minutes });
      return {};
    }),
  );
  return join(folder, 'disk.qcow2');
}

/** From the cache when another test of the tier built it before. */
async function buildLabDisk(): Promise<string> {
  const out = mkdtempSync(join(tmpdir(), 'verify-'));
  const args = ['image', 'build', 'debian12-lab', '--json', '--format', 'qcow2', '-o', out];
  const run = await runHnfProcess(args, { cwd: out, temp: mkdtempSync('/tmp/hnf-verify-') });
  expect(`${run.exitCode}: ${run.stderr}`).toMatch(/^0: /);
  return (JSON.parse(run.stdout) as BuildResult).artifacts[0]?.path ?? '';
}
