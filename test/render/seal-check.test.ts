import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.ts';
import { type SealCheck, sealCheckIds, sealCheckTemplate } from '../../src/render/seal-checks.ts';

const script = join(packageRoot(), sealCheckTemplate);
const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

const sealed: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nhybrid:x:1000:1000::/home/hybrid:/bin/bash\n',
  'etc/shadow': 'root:!*:20000:0:99999:7:::\ndaemon:*:20000::::::\nhybrid:!:20000::::::\n',
  'etc/machine-id': '',
  'etc/hosts': '127.0.0.1 localhost\n',
  'etc/hostname': 'localhost\n',
  'etc/fstab': '# swap was here\nUUID=1 / ext4 defaults 0 1\n',
  'etc/default/grub': 'GRUB_CMDLINE_LINUX="console=ttyS0,115200"\n',
  'boot/grub/grub.cfg': '  linux /vmlinuz root=UUID=1 ro console=ttyS0,115200\n',
  'etc/cloud/cloud.cfg.d/90_dpkg.cfg': 'datasource_list: [ NoCloud, Ec2, None ]\n',
  'etc/cloud/cloud.cfg.d/99_hybrid-node.cfg': 'datasource_list: [ NoCloud, ConfigDrive, VMware, OVF, None ]\n',
  'usr/lib/python3/dist-packages/cloudinit/sources/DataSourceVMware.py': '',
  'etc/apt/apt.conf.d/90hnf': 'APT::Install-Recommends "false";\n',
  'etc/NetworkManager/system-connections/any.nmconnection': '[connection]\nid=any\ntype=ethernet\n',
  'etc/sysconfig/network-scripts/ifcfg-lo': 'DEVICE=lo\nIPADDR=127.0.0.1\n',
  'etc/rhsm/rhsm.conf': '[server]\nproxy_hostname =\nproxy_user =\nproxy_password =\n',
  'etc/yum.repos.d/redhat.repo': '#\n# Certificate-Based Repositories\n',
  'etc/sudoers.d/README': 'nothing\n',
  'opt/nodeadm/tracker': 'Artifacts:\n  Kubelet: true\n',
  'usr/local/bin/nodeadm': 'ELF',
  'etc/systemd/system/hybrid-node-join.service': '[Unit]\n',
  'etc/systemd/system/hybrid-node-join-again.service': '[Unit]\n',
  'usr/local/lib/hybrid-node/join': '#!/bin/sh\n',
  ...Object.fromEntries(
    ['config', 'init', 'network', 'scrub', 'state', 'steps'].map((part) => [
      `usr/local/lib/hybrid-node/join.d/${part}.sh`,
      '#!/bin/sh\n',
    ]),
  ),
  'var/log/wtmp': '',
};

/** What is wrong with the disk, and what the check has to say about it. */
const faults: readonly (readonly [id: string, path: string, content: string | null, saw: RegExp])[] = [
  ['build-user', 'etc/passwd', 'root:x:0:0::/root:/bin/sh\nhnf-build:x:1000:1000::/home/hnf-build:/bin/sh\n', /passwd/],
  ['build-user', 'etc/sudoers.d/90-cloud-init-users', 'x ALL=(ALL) NOPASSWD:ALL\n', /90-cloud-init-users/],
  ['build-user', 'etc/hosts', '127.0.1.1 hnf-build\n', /hosts/],
  ['build-user', 'home/hnf-build/.profile', 'x', /hnf-build/],
  ['passwords', 'etc/shadow', 'root:$y$j9T$abc:20000:0:::::\n', /root/],
  ['passwords', 'etc/shadow', 'root::20000:0:::::\n', /root/],
  ['passwords', 'etc/shadow', null, /no readable/],
  ['authorized-keys', 'home/hybrid/.ssh/authorized_keys', 'ssh-ed25519 AAAA\n', /hybrid/],
  ['authorized-keys', 'root/.ssh/authorized_keys', 'ssh-ed25519 AAAA\n', /root/],
  ['machine-id', 'etc/machine-id', 'abcdef\n', /abcdef/],
  ['machine-id', 'etc/machine-id', null, /no such file/],
  ['machine-id', 'var/lib/dbus/machine-id', 'abcdef\n', /file of its own/],
  ['ssh-host-keys', 'etc/ssh/ssh_host_rsa_key', 'k', /rsa/],
  ['ssh-host-key-unit', 'etc/systemd/system/multi-user.target.wants/hnf-ssh-hostkeys.service', null, /not enabled/],
  ['cloud-init-state', 'var/lib/cloud/instances/i-1/x', 'x', /i-1/],
  ['cloud-init-state', 'etc/cloud/cloud-init.disabled', '', /disabled/],
  ['cloud-init-datasources', 'etc/cloud/cloud.cfg.d/99_hybrid-node.cfg', null, /Ec2/],
  ['cloud-init-datasources', 'etc/cloud/cloud.cfg.d/99_z.cfg', 'datasource_list: [ Ec2 ]\n', /\[ Ec2 \]/],
  ['cloud-init-datasources', 'usr/lib/python3/dist-packages/cloudinit/sources/DataSourceVMware.py', null, /VMware/],
  ['logs', 'var/log/cloud-init.log', 'x', /cloud-init.log/],
  ['temporary-files', 'tmp/script_1.sh', 'x', /script_1/],
  ['temporary-files', 'root/.bash_history', 'x', /history/],
  ['temporary-files', 'var/lib/systemd/random-seed', 'x', /random-seed/],
  ['swap', 'etc/fstab', 'UUID=2 none swap sw 0 0\n', /fstab/],
  ['swap', 'swap.img', 'x', /swap.img/],
  ['kernel-command-line', 'etc/default/grub', 'GRUB_CMDLINE_LINUX="ds=nocloud"\n', /default\/grub/],
  ['kernel-command-line', 'boot/grub/grub.cfg', 'linux /vmlinuz root=/dev/vda autoinstall\n', /grub.cfg/],
  ['registration', 'var/lib/amazon/ssm/registration', '{}', /registration/],
  ['registration', 'root/.aws/credentials', 'x', /aws/],
  ['registration', 'var/lib/kubelet/pki/kubelet.crt', 'x', /pki/],
  ['registration', 'etc/hybrid-node/nodeconfig.yaml', 'x', /nodeconfig/],
  ['registration', 'var/lib/hybrid-node/joined.json', '{}', /joined\.json/],
  ['subscription', 'etc/pki/consumer/cert.pem', 'x', /consumer/],
  ['subscription', 'etc/pki/entitlement/123.pem', 'x', /entitlement/],
  ['subscription', 'etc/rhsm/facts/katello.facts', '{}', /facts/],
  ['subscription', 'etc/insights-client/machine-id', 'x', /insights/],
  ['subscription', 'etc/yum.repos.d/redhat.repo', '[rhel-9-for-x86_64-baseos-rpms]\n', /redhat.repo/],
  ['subscription', 'etc/rhsm/rhsm.conf', '[server]\nproxy_password = secret\n', /rhsm.conf/],
  ['resolver', 'etc/resolv.conf', 'nameserver 10.0.2.3\n', /10\.0\.2\.3/],
  ['resolver', 'etc/.resolv.conf.systemd-resolved.bak', 'nameserver 10.0.2.3\n', /bak/],
  ['package-settings', 'etc/apt/apt.conf.d/00-hnf-build', 'x', /hnf-build/],
  ['package-settings', 'etc/apt/apt.conf.d/zz', 'Acquire::http::Proxy "http://x";\n', /zz/],
  ['package-settings', 'var/lib/apt/lists/deb_main_binary-amd64_Packages', 'x', /Packages/],
  ['network', 'etc/netplan/50-cloud-init.yaml', 'x', /netplan/],
  ['network', 'etc/NetworkManager/system-connections/ens3.nmconnection', 'interface-name=ens3\n', /ens3/],
  ['network', 'etc/sysconfig/network-scripts/ifcfg-ens3', 'DEVICE=ens3\nONBOOT=yes\n', /ifcfg-ens3/],
  ['installer', 'etc/cloud/cloud.cfg.d/99-installer.cfg', 'growpart: { mode: off }\n', /99-installer/],
  ['installer', 'etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg', 'x', /subiquity/],
  ['installer', 'etc/cloud/cloud.cfg.d/50-curtin-networking.cfg', 'x', /curtin/],
  ['installer', 'etc/cloud/ds-identify.cfg', 'policy: enabled\n', /ds-identify/],
  ['installer', 'etc/netplan/00-installer-config.yaml', 'x', /netplan/],
  ['installer', 'root/anaconda-ks.cfg', 'x', /anaconda/],
  ['installer', 'etc/apt/sources.list', 'deb cdrom:[Debian]/ bookworm main\n', /sources.list/],
  ['tracker', 'opt/nodeadm/tracker', null, /no \/opt\/nodeadm\/tracker/],
  ['join-unit', 'etc/systemd/system/multi-user.target.wants/hybrid-node-join.service', null, /not enabled/],
  ['join-unit', 'etc/systemd/system/hybrid-node-join.service', null, /no \/etc\/systemd/],
  ['join-unit', 'usr/local/lib/hybrid-node/join.d/scrub.sh', null, /no \/usr\/local\/lib.*scrub/],
];

/** Faults in rounds, each check once per round: one run of the script judges a whole round. */
function faultRounds(): (typeof faults)[] {
  const rounds: (typeof faults)[number][][] = [];
  for (const fault of faults) {
    const round = rounds.find((taken) => !taken.some(([id]) => id === fault[0]));
    if (round === undefined) rounds.push([fault]);
    else round.push(fault);
  }
  return rounds;
}

function makeRoot(changes: Readonly<Record<string, string | null>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'hnf-seal-'));
  roots.push(root);
  const wants = join(root, 'etc/systemd/system/multi-user.target.wants');
  mkdirSync(wants, { recursive: true });
  for (const unit of ['hnf-ssh-hostkeys.service', 'hybrid-node-join.service'])
    symlinkSync(`../${unit}`, join(wants, unit));
  symlinkSync('../run/systemd/resolve/stub-resolv.conf', join(root, 'etc/resolv.conf'));
  for (const [path, content] of Object.entries({ ...sealed, ...changes })) {
    rmSync(join(root, path), { force: true });
    if (content === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

function runCheck(root: string): { code: number | null; checks: SealCheck[] } {
  const run = spawnSync('/bin/sh', [script, root], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return {
    code: run.status,
    checks: run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as SealCheck),
  };
}

describe.skipIf(!existsSync('/bin/sh'))('render/seal-check', () => {
  it('passes a sealed root and reports every check in order', () => {
    const { code, checks } = runCheck(makeRoot());
    expect(checks.filter((check) => check.status !== 'pass')).toEqual([]);
    expect(checks.map((check) => check.id)).toEqual([...sealCheckIds]);
    expect(code).toBe(0);
  });

  it.each(faultRounds().map((round, index) => [index + 1, round] as const))(
    'finds each fault, round %d',
    (_, round) => {
      const { code, checks } = runCheck(
        makeRoot(Object.fromEntries(round.map(([, path, content]) => [path, content]))),
      );
      const failed = checks.filter((check) => check.status === 'fail');
      expect(failed.map((check) => check.id).sort()).toEqual(round.map(([id]) => id).sort());
      for (const [id, , , saw] of round) expect(failed.find((check) => check.id === id)?.saw).toMatch(saw);
      expect(code).toBe(1);
    },
  );

  it('has a fault for every check', () => {
    expect(new Set(faults.map(([id]) => id))).toEqual(new Set(sealCheckIds));
  });

  it('skips the tracker and the join unit on a base layer', () => {
    const root = makeRoot({ 'usr/local/bin/nodeadm': null });
    rmSync(join(root, 'opt/nodeadm'), { recursive: true });
    const { code, checks } = runCheck(root);
    const skipped = checks.filter(({ status }) => status === 'skip').map(({ id }) => id);
    expect(skipped).toEqual(['tracker', 'join-unit']);
    expect(code).toBe(0);
  });

  it('quotes what it saw', () => {
    const root = makeRoot({ 'etc/machine-id': 'a"b\\c\td\n' });
    expect(runCheck(root).checks.find((check) => check.id === 'machine-id')?.saw).toBe('a"b\\c d');
  });
});
