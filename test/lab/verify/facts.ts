import { verifyChecks } from '../../../src/lab/verify/checks.ts';
import type { VerifyExpectations } from '../../../src/lab/verify/expectations.ts';

/** What a well sealed image tells; a test changes one thing. */
export const goodFacts: Readonly<Record<string, string>> = {
  ready: '41.2',
  'pristine.parts': 'sda1 unknown unused\nsda2 vfat mounted\nsda3 ext4 root',
  'pristine.bytes': '4294967296',
  'pristine.clean': 'Filesystem features:      has_journal ext_attr extent 64bit\nFilesystem state:         clean',
  'pristine.file-systems': '',
  'pristine.shadow': 'root locked\ndaemon locked\nsshd locked',
  'pristine.users': 'root 0 /bin/bash\ndaemon 1 /usr/sbin/nologin\nsshd 104 /usr/sbin/nologin',
  'pristine.homes': '',
  'pristine.sudoers': '',
  'pristine.ssh-user-keys': '',
  'pristine.machine-id': 'content:',
  'pristine.dbus-machine-id': 'link',
  'pristine.ssh-host-keys': '',
  'pristine.ssh-host-key-sums': '',
  'pristine.random-seed': '',
  'pristine.leases': '',
  'pristine.cloud-init-state': '',
  'pristine.cloud-init-disabled': '',
  'pristine.datasource-list': '# /etc/cloud/cloud.cfg.d/95-hnf.cfg\ndatasource_list: [ NoCloud, VMware, None ]',
  'pristine.ssm': '',
  'pristine.aws': '',
  'pristine.kubelet': '',
  'pristine.nodeconfig': '',
  'pristine.join-state': '',
  'pristine.join-files': `644 0:0 /etc/systemd/system/hybrid-node-join-again.service
644 0:0 /etc/systemd/system/hybrid-node-join.service
755 0:0 /usr/local/lib/hybrid-node/join
644 0:0 /usr/local/lib/hybrid-node/join.d/config.sh
644 0:0 /usr/local/lib/hybrid-node/join.d/init.sh
644 0:0 /usr/local/lib/hybrid-node/join.d/network.sh
644 0:0 /usr/local/lib/hybrid-node/join.d/scrub.sh
644 0:0 /usr/local/lib/hybrid-node/join.d/state.sh
644 0:0 /usr/local/lib/hybrid-node/join.d/steps.sh
`,
  'pristine.tracker': `Artifacts:
  CniPlugins: true
  Containerd: distro
  IamAuthenticator: true
  IamRolesAnywhere: true
  ImageCredentialProvider: true
  Kubectl: true
  Kubelet: true
  Ssm: false
`,
  'pristine.release': 'IMAGE=debian12-lab\nIDENTITY=0123abcd\n',
  'pristine.swap': '',
  'pristine.boot-files': '/sda3/boot/grub/grub.cfg\n/sda3/etc/default/grub',
  'pristine.boot-words': '',
  'pristine.build-network': '',
  'pristine.resolver': 'link ../run/systemd/resolve/stub-resolv.conf',
  'pristine.log-kib': '212',
  'pristine.log-files': '/var/log/dpkg.log',
  'pristine.history': '',
  'pristine.tmp': '',
  'program.nodeadm': 'Version: v1.0.19',
  'program.kubelet': 'Kubernetes v1.34.2',
  'program.containerd': 'containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1',
  'booted.containerd': 'active',
  'booted.cloud-init': '{"v1": {"datasource": "DataSourceNoCloud [seed=/dev/sr0][dsmode=net]", "errors": []}}',
  'booted.root': 'disk 5368709120\npartition 5299503104\nstart 69206016\nfilesystem 5181947904',
  'booted.machine-id': '6d0a9d0cf4f14be4a5cb6b60ad31a4b8',
  'booted.ssh-host-key-sums': 'aa\nbb\ncc',
  'booted.swap': '',
  'booted.network': 'enp0s3 virtio_net 10.0.2.15/24',
  'booted.root-drivers': 'virtio_blk\nvirtio-pci',
  'booted.firmware': 'bios',
  'booted.kernel': '6.1.0-56-amd64',
  'booted.command-line': 'BOOT_IMAGE=/vmlinuz root=UUID=x ro console=tty0 console=ttyS0,115200',
  'booted.units': 'running',
  'booted.join':
    'LoadState=loaded\nUnitFileState=enabled\nActiveState=inactive\nResult=success\nConditionResult=no\nNeedDaemonReload=no',
  'booted.order': '',
  'booted.login': 'getty.target 52100000\nssh.service 51000000',
  finished: '71.4',
};

export const goodBoot = { hardware: 'virtio', firmware: 'bios', diskBytes: 5_368_709_120 } as const;

export const goodExpectations: VerifyExpectations = {
  kubernetes: '1.34.2',
  nodeadm: '1.0.19',
  provider: 'iam-ra',
  containerdSource: 'distro',
  identity: '0123abcd',
  datasourceList: ['NoCloud', 'VMware', 'None'],
};

export const checkIds: readonly string[] = verifyChecks.map(({ id }) => id);
