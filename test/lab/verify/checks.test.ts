import { describe, expect, it } from 'vitest';
import { judgeFacts, verifyChecks } from '../../../src/lab/verify/checks.ts';
import type { VerifyExpectations } from '../../../src/lab/verify/expectations.ts';
import { checkIds, goodBoot, goodExpectations, goodFacts } from './facts.ts';

function judge(
  changed: Readonly<Record<string, string>> = {},
  expected: Partial<VerifyExpectations> = {},
  boot: object = {},
) {
  const facts = new Map(Object.entries({ ...goodFacts, ...changed }));
  return judgeFacts(facts, { ...goodExpectations, ...expected }, { ...goodBoot, ...boot });
}

/** Ids that did not pass. */
function failed(changed: Readonly<Record<string, string>>, expected: Partial<VerifyExpectations> = {}): string[] {
  return judge(changed, expected)
    .filter(({ status }) => status === 'fail')
    .map(({ id }) => id);
}

describe('lab/verify/checks', () => {
  it('passes a well sealed image and lists every check with what it saw', () => {
    const outcomes = judge();
    expect(outcomes.filter(({ status }) => status !== 'pass')).toEqual([]);
    for (const { what, saw, expected } of outcomes)
      expect([what, saw, expected].every((text) => text !== '')).toBe(true);
  });

  it('has one id per check', () => {
    expect(new Set(checkIds).size).toBe(verifyChecks.length);
    for (const id of checkIds) expect(id).toMatch(/^[a-z-]+\.[a-z-]+$/);
  });

  it('passes nothing that the guest did not tell', () => {
    const outcomes = judgeFacts(new Map(), goodExpectations, goodBoot);
    expect(outcomes.map(({ status }) => status)).toEqual(verifyChecks.map(() => 'fail'));
  });

  it('looks at every fact: each one missing makes a check fail', () => {
    const onlyShown = ['ready', 'finished', 'pristine.bytes', 'pristine.log-files', 'pristine.ssh-host-key-sums'];
    for (const id of Object.keys(goodFacts).filter((name) => !onlyShown.includes(name))) {
      const facts = new Map(Object.entries(goodFacts));
      facts.delete(id);
      const missing = judgeFacts(facts, goodExpectations, goodBoot).filter(({ status }) => status === 'fail');
      expect(missing, id).not.toEqual([]);
    }
  });

  it.each([
    ['credentials.passwords', { 'pristine.shadow': 'root locked\nubuntu hash' }, 'ubuntu: hash'],
    ['credentials.passwords', { 'pristine.shadow': 'root empty' }, 'root: empty'],
    ['credentials.passwords', { 'pristine.shadow': 'root locked-hash' }, 'root: locked-hash'],
    ['credentials.passwords', { 'pristine.shadow': '' }, 'no accounts'],
    ['credentials.build-user', { 'pristine.users': 'root 0 /bin/bash\nhnf-build 1000 /bin/bash' }, 'hnf-build'],
    ['credentials.build-user', { 'pristine.homes': '/home/packer' }, '/home/packer'],
    ['credentials.sudoers', { 'pristine.sudoers': '/etc/sudoers.d/x: packer ALL=(ALL) NOPASSWD:ALL' }, 'NOPASSWD'],
    ['credentials.authorized-keys', { 'pristine.ssh-user-keys': '/root/.ssh/authorized_keys' }, '/root/.ssh'],
    ['identity.machine-id', { 'pristine.machine-id': 'content:6d0a9d0cf4f14be4a5cb6b60ad31a4b7\n' }, '6d0a'],
    ['identity.machine-id', { 'pristine.machine-id': 'absent' }, 'missing'],
    ['identity.dbus-machine-id', { 'pristine.dbus-machine-id': '6d0a9d0cf4f14be4a5cb6b60ad31a4b7' }, '6d0a'],
    ['identity.ssh-host-keys', { 'pristine.ssh-host-keys': '/etc/ssh/ssh_host_rsa_key' }, 'rsa'],
    ['identity.network', { 'pristine.leases': '/var/lib/dhcp/dhclient.leases' }, 'dhclient'],
    ['cloud-init.state', { 'pristine.cloud-init-state': '/var/lib/cloud/instance' }, 'instance'],
    ['cloud-init.enabled', { 'pristine.cloud-init-disabled': '/etc/cloud/cloud-init.disabled' }, 'disabled'],
    ['cloud-init.datasource-list', { 'pristine.datasource-list': '' }, 'no datasource_list'],
    [
      'cloud-init.datasource-list',
      { 'pristine.datasource-list': '# /x\ndatasource_list: [ Ec2, None ]' },
      'Ec2, None (/x)',
    ],
    ['cloud-init.datasource-list', { 'pristine.datasource-list': '# /x\ndatasource_list: [ "' }, 'not understood'],
    ['node.ssm-registration', { 'pristine.ssm': '/var/lib/amazon/ssm/registration' }, 'registration'],
    ['node.aws-credentials', { 'pristine.aws': '/root/.aws' }, '/root/.aws'],
    ['node.kubelet-identity', { 'pristine.kubelet': '/var/lib/kubelet/pki/kubelet.key' }, 'pki'],
    ['node.nodeconfig', { 'pristine.nodeconfig': '/etc/hybrid-node/nodeconfig.yaml' }, 'nodeconfig'],
    ['node.join-state', { 'pristine.join-state': '/var/lib/hybrid-node/joined.json' }, 'joined.json'],
    ['node.join-files', { 'pristine.join-files': '' }, 'hybrid-node-join.service'],
    ['node.join-unit', { 'booted.join': 'LoadState=loaded\nUnitFileState=disabled' }, 'disabled, not enabled'],
    ['booted.order', { 'booted.order': 'sysinit.target: Found ordering cycle on x.service/start' }, 'ordering cycle'],
    ['node.tracker', { 'pristine.tracker': '' }, 'did not finish'],
    ['node.tracker', { 'pristine.tracker': 'just text' }, 'not understood'],
    ['node.tracker', { 'pristine.tracker': ': : :\n\t' }, 'not understood'],
    ['node.identity', { 'pristine.release': 'IDENTITY=0123abcde\n' }, '0123abcde'],
    ['node.identity', { 'pristine.release': '' }, 'missing'],
    ['node.nodeadm', { 'program.nodeadm': 'absent' }, 'not installed'],
    ['node.nodeadm', { 'program.nodeadm': 'Version: v1.0.190' }, 'v1.0.190'],
    ['node.kubelet', { 'program.kubelet': 'Kubernetes v1.34.20' }, 'v1.34.20'],
    ['node.kubelet', { 'program.kubelet': 'Kubernetes v11.34.2' }, 'v11.34.2'],
    ['node.containerd', { 'program.containerd': 'absent' }, 'absent'],
    ['node.containerd-starts', { 'booted.containerd': 'failed' }, 'failed'],
    ['swap.none', { 'pristine.swap': '/etc/fstab: /swapfile none swap sw 0 0' }, 'swapfile'],
    [
      'boot.command-line',
      { 'pristine.boot-words': '/etc/default/grub: GRUB_CMDLINE_LINUX="ds=nocloud"' },
      'ds=nocloud',
    ],
    ['boot.command-line', { 'pristine.boot-files': '' }, 'no boot configuration'],
    [
      'build.network',
      { 'pristine.build-network': '/etc/apt/sources.list: deb http://10.0.2.2:8000/ x main' },
      '10.0.2.2',
    ],
    ['build.resolver', { 'pristine.resolver': '/etc/resolv.conf: nameserver 10.0.2.3' }, '10.0.2.3'],
    ['build.logs', { 'pristine.log-kib': '20480' }, '20480 KiB'],
    ['build.logs', { 'pristine.log-kib': '' }, 'KiB'],
    ['build.history', { 'pristine.history': '/root/.bash_history' }, 'bash_history'],
    ['build.tmp', { 'pristine.tmp': '/tmp/packer-script' }, 'packer-script'],
    ['disk.clean', { 'pristine.clean': 'Filesystem state: not clean' }, 'not clean'],
    [
      'disk.clean',
      { 'pristine.clean': 'Filesystem features: needs_recovery\nFilesystem state: clean' },
      'needs_recovery',
    ],
    ['disk.clean', { 'pristine.clean': 'Filesystem state: clean\nFilesystem state: not clean' }, 'not clean'],
    ['disk.root', { 'pristine.parts': 'the disk did not appear' }, 'did not appear'],
    ['booted.cloud-init', { 'booted.cloud-init': '' }, 'did not finish'],
    ['booted.cloud-init', { 'booted.cloud-init': '{"v1": {"datasource": "DataSourceNone", "errors": []}}' }, 'None'],
    [
      'booted.cloud-init',
      { 'booted.cloud-init': '{"v1": {"datasource": "DataSourceNoCloud", "errors": ["growpart failed"]}}' },
      'growpart failed',
    ],
    [
      'booted.root-grown',
      { 'booted.root': 'disk 5368709120\npartition 4225761280\nstart 69206016\nfilesystem 4000000000' },
      'GiB',
    ],
    [
      'booted.root-grown',
      { 'booted.root': 'disk 5368709120\npartition 5299503104\nstart 69206016\nfilesystem 4000000000' },
      'GiB',
    ],
    ['booted.machine-id', { 'booted.machine-id': '' }, 'empty'],
    ['booted.ssh-host-keys', { 'booted.ssh-host-key-sums': '' }, 'none'],
    ['booted.ssh-host-keys', { 'pristine.ssh-host-key-sums': 'bb' }, '1 of 3'],
    ['booted.swap', { 'booted.swap': '/dev/zram0 partition 1 0 100' }, 'zram0'],
    ['booted.network', { 'booted.network': 'enp0s3 virtio_net no-address' }, 'no-address'],
    ['booted.network', { 'booted.network': 'enp0s3 e1000 10.0.2.15/24' }, 'e1000'],
    ['booted.disk-driver', { 'booted.root-drivers': 'sd\nahci' }, 'sd ← ahci'],
    ['booted.firmware', { 'booted.firmware': 'uefi' }, 'uefi'],
    ['booted.kernel', { 'booted.kernel': '' }, 'none'],
    ['booted.command-line', { 'booted.command-line': 'ro ds=nocloud;s=http://x/' }, 'ds=nocloud'],
    ['booted.failed-units', { 'booted.units': 'degraded\nssh.service' }, 'ssh.service'],
    ['booted.login', { 'booted.login': '' }, 'not reached'],
  ])('%s fails, and nothing else does', (id, changed, saw) => {
    const bad = judge(changed).filter(({ status }) => status === 'fail');
    expect(bad.map((outcome) => outcome.id)).toEqual([id]);
    expect(bad[0]?.saw).toContain(saw);
  });

  it('looks for every file system that was asked for, in its size', () => {
    const partitions = [
      { mount: '/var', sizeGiB: 10 },
      { mount: '/var/log', sizeGiB: 2 },
    ];
    const made = (log: string) => failed({ 'pristine.file-systems': `/var ext4 10737418240\n${log}` }, { partitions });
    expect(made('/var/log ext4 2147483648')).toEqual([]);
    for (const log of ['', '/var/log ext4 1073741824', '/var/logs ext4 2147483648', '/var/log ext4'])
      expect(made(log)).toEqual(['disk.partitions']);
    const [check] = judge({ 'pristine.file-systems': '/var ext4 10737418240' }, { partitions }).filter(
      ({ id }) => id === 'disk.partitions',
    );
    expect(check).toMatchObject({ saw: '/var ext4 10.0 GiB', expected: '/var 10 GiB, /var/log 2 GiB' });
  });

  it('takes what was asked for, not what is usual', () => {
    expect(failed({}, { provider: 'ssm' })).toEqual(['node.tracker']);
    expect(failed({}, { containerdSource: 'docker' })).toEqual(['node.tracker']);
    expect(failed({}, { containerd: '2.0.0' })).toEqual(['node.containerd']);
    expect(failed({}, { kernel: '6.6' })).toEqual(['booted.kernel']);
    expect(failed({}, { buildUsers: ['sshd'] })).toEqual(['credentials.build-user']);
    expect(failed({}, { maxLogKiB: 100 })).toEqual(['build.logs']);
    expect(
      failed({ 'booted.units': 'degraded\nodd.service' }, { allowedFailedUnits: { 'odd.service': 'why' } }),
    ).toEqual([]);
  });

  it('accepts the other spellings of the same thing', () => {
    expect(failed({ 'pristine.machine-id': 'content:uninitialized\n' })).toEqual([]);
    expect(failed({ 'pristine.datasource-list': '# /x\ndatasource_list:\n  - NoCloud\n  - VMware\n  - None' })).toEqual(
      [],
    );
    expect(failed({ 'program.kubelet': 'Kubernetes v1.34.2-eks-99abc' })).toEqual([]);
    expect(failed({ 'booted.units': 'degraded\nopen-vm-tools.service' })).toEqual([]);
  });

  it('does not ask for a containerd that is not ours', () => {
    const tracker = goodFacts['pristine.tracker']?.replace('distro', 'none') ?? '';
    const changed = { 'pristine.tracker': tracker, 'program.containerd': 'absent', 'booted.containerd': 'absent' };
    const outcomes = judge(changed, { containerdSource: 'none' });
    const skipped = outcomes.filter(({ status }) => status !== 'pass').map(({ id, status }) => `${id} ${status}`);
    expect(skipped).toEqual(['node.containerd skip', 'node.containerd-starts skip']);
  });

  it('asks for the drivers and the firmware of this boot', () => {
    const facts = {
      'booted.network': 'ens192 vmxnet3 10.0.2.15/24',
      'booted.root-drivers': 'sd\nvmw_pvscsi',
      'booted.firmware': 'uefi',
    };
    const outcomes = judge(facts, {}, { hardware: 'vmware', firmware: 'uefi' });
    expect(outcomes.filter(({ status }) => status === 'fail')).toEqual([]);
  });
});
