import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import type { JudgeName } from '../../../src/flows/image-validate/types.ts';
import { findCell } from '../../render/cells.ts';

/** A mistake that somebody could make in a rendered folder, and who has to notice. */
export interface Mistake {
  what: string;
  /** Name of the cell's golden folder. */
  cell: string;
  file: string;
  /** Text → text; one that changes nothing fails the test. */
  change: (text: string) => string;
  /** Each of these has to catch it. */
  caughtBy: readonly JudgeName[];
  /** In what one of them says. */
  says: RegExp;
  spec?: (spec: ImageSpec) => ImageSpec;
}

export const cells = {
  ubuntu24: 'ubuntu24-amd64-iso-qemu-ssm',
  ubuntu20: 'ubuntu20-amd64-iso-qemu-ssm',
  ubuntuOnVsphere: 'ubuntu24-amd64-iso-vsphere-iso-ssm',
  cloud: 'ubuntu22-amd64-cloud-image-qemu-ssm',
  rhel8: 'rhel8-amd64-iso-qemu-ssm',
  rhel9: 'rhel9-amd64-iso-qemu-ssm',
  debian: 'debian12-netinst-amd64-iso-qemu-iam-ra',
  lab: 'debian12-lab-amd64-bootstrap-qemu-iam-ra',
} as const;

const userData = 'seed/user-data.pkrtpl.hcl';
const kickstart = 'seed/ks.cfg.pkrtpl.hcl';
const hcl = 'image.pkr.hcl';
const seal = 'scripts/seal.sh';

function replace(from: string | RegExp, to: string): (text: string) => string {
  return (text) => text.replace(from, () => to);
}

function append(more: string): (text: string) => string {
  return (text) => `${text.trimEnd()}\n${more}\n`;
}

type Row = readonly [
  what: string,
  change: (text: string) => string,
  caughtBy: readonly JudgeName[] | JudgeName,
  says: RegExp,
];

function rows(cell: string, file: string, list: readonly Row[]): Mistake[] {
  return list.map(([what, change, by, says]) => ({
    what,
    cell,
    file,
    change,
    caughtBy: typeof by === 'string' ? [by] : by,
    says,
  }));
}

const answers: readonly JudgeName[] = ['autoinstall-rules', 'autoinstall-schema'];

const autoinstall = rows(cells.ubuntu24, userData, [
  [
    'a misspelt key',
    replace('late-commands:', 'late-command:'),
    answers,
    /'late-command' is unknown; did you mean 'late-commands'\?/,
  ],
  [
    'a key with an underscore',
    replace('refresh-installer:', 'refresh_installer:'),
    answers,
    /did you mean 'refresh-installer'/,
  ],
  ['a misspelt key one level down', replace('install-server:', 'install_server:'), answers, /ssh\.install_server/],
  [
    'a misspelt key of netplan',
    replace('dhcp-identifier:', 'dhcp-identifer:'),
    answers,
    /did you mean 'dhcp-identifier'/,
  ],
  [
    'a misspelt key of a partition',
    replace('grub_device: true', 'grub_devcie: true'),
    answers,
    /did you mean 'grub_device'/,
  ],
  ['a misspelt key of grub', replace('reorder_uefi:', 'reorder_efi:'), answers, /did you mean 'reorder_uefi'/],
  ['no version', replace('  version: 1\n', ''), answers, /'version' is (missing|a required)/],
  ['a file system that there is none of', replace('fstype: ext4', 'fstype: ext5'), answers, /ext5/],
  ['a key beside autoinstall', append('mounts: []'), answers, /mounts/],
  ['a word where a flag belongs', replace('allow-pw: false', 'allow-pw: never'), answers, /allow-pw/],
  ['swap left to the installer', replace(/ {4}swap:\n {6}size: 0\n/, ''), 'autoinstall-rules', /swap/],
  ['swap asked for', replace('size: 0', 'size: 1G'), 'autoinstall-rules', /swap\.size: is not 0/],
  [
    'the installer keeps its kernel words',
    replace(/ *replace_linux_default: false\n/, ''),
    'autoinstall-rules',
    /kernel words/,
  ],
  [
    'an installer that asks',
    replace('  version: 1\n', '  version: 1\n  interactive-sections: [network]\n'),
    'autoinstall-rules',
    /nobody answers/,
  ],
  [
    'a password in the clear',
    replace('  version: 1\n', '  version: 1\n  identity: {username: u, hostname: h, password: ubuntu}\n'),
    'autoinstall-rules',
    /secret/,
  ],
  [
    'a password in the embedded user data',
    replace('lock_passwd: true', 'plain_text_passwd: ubuntu'),
    ['autoinstall-rules', 'seed-rules'],
    /secret/,
  ],
  ['password logins', replace('allow-pw: false', 'allow-pw: true'), 'autoinstall-rules', /passwords would be tried/],
  ['no SSH server', replace('install-server: true', 'install-server: false'), 'autoinstall-rules', /nobody gets in/],
  ['LVM', replace(/ {4}config:[\s\S]*?(?=\n {2}\S)/, '    layout: {name: lvm}'), 'autoinstall-rules', /growpart/],
  [
    'no partition for BIOS',
    replace(/ {6}- id: partition-bios\n(?: {8}.*\n)*/, ''),
    'autoinstall-rules',
    /no partition for BIOS/,
  ],
  [
    'no EFI system partition',
    replace('path: /boot/efi', 'path: /boot/eif'),
    'autoinstall-rules',
    /EFI system partition/,
  ],
  ['a disk that is too small', replace('size: 512M', 'size: 512G'), 'autoinstall-rules', /the disk has/],
  ['a root that does not take the rest', replace('size: -1', 'size: 10G'), 'autoinstall-rules', /rest of the disk/],
  [
    'a volume that is none',
    replace('volume: partition-root', 'volume: partition-rot'),
    'autoinstall-rules',
    /is no action above/,
  ],
  [
    'nothing to put the loader on',
    replace('grub_device: true', 'grub_device: false'),
    'autoinstall-rules',
    /grub_device/,
  ],
  [
    'an installer that updates itself',
    replace('update: false', 'update: true'),
    'autoinstall-rules',
    /another one every week/,
  ],
  ['a tab', replace('  version: 1', '\tversion: 1'), 'pyyaml', /PyYAML/],
  [
    'yes and no',
    replace('geoip: false', 'geoip: no'),
    ['pyyaml', ...answers],
    /another value at 'autoinstall\.apt\.geoip'/,
  ],
  [
    'a key twice',
    replace('  updates: security\n', '  updates: security\n  updates: all\n'),
    'pyyaml',
    /duplicated mapping key/,
  ],
  ['another first line', replace('#cloud-config', '# cloud-config'), 'seed-rules', /first line/],
  [
    'a misspelt key in the embedded user data',
    replace('ssh_authorized_keys:', 'ssh_authorised_keys:'),
    ['cloud-init-schema', 'seed-rules'],
    /ssh_authorised_keys/,
  ],
  [
    'a bashism in an early command',
    replace('    - systemctl stop', '    - "[[ -d /x ]] && echo y"\n    - systemctl stop'),
    'shellcheck',
    /SC3010/,
  ],
  [
    'an unquoted variable in an error command',
    replace('tail -n 150 "$log"', 'tail -n 150 $log'),
    'shellcheck',
    /SC2086/,
  ],
  [
    'a variable Packer does not know',
    replace('jsonencode(public_key)', 'jsonencode(public_keys)'),
    ['packer-validate', 'seed-rules'],
    /public_keys/,
  ],
  [
    'an expression that is not closed',
    append('# ${public_key'),
    ['packer-validate', 'seed-rules'],
    /not closed|[Uu]nclosed|Unterminated|[Ii]nvalid/,
  ],
  ['braces that a Go template would take', append('# {{ .Env }}'), 'seed-rules', /Go template/],
]);

const olderInstaller = rows(cells.ubuntu20, userData, [
  [
    'a key that came after 20.04',
    replace('  version: 1\n', '  version: 1\n  oem: {install: false}\n'),
    answers,
    /came after 20\.04/,
  ],
  [
    'a place for mirrors that came after 20.04',
    replace('  apt:\n', '  apt:\n    fallback: abort\n'),
    answers,
    /fallback/,
  ],
]);

const cloudConfig = rows(cells.cloud, userData, [
  ['a misspelt key', replace('package_upgrade:', 'package_upgrades:'), 'cloud-init-schema', /package_upgrades/],
  ['a misspelt key of a user', replace('    shell:', '    shel:'), 'cloud-init-schema', /shel/],
  [
    'a word where a flag belongs',
    replace('package_update: false', 'package_update: never'),
    'cloud-init-schema',
    /package_update/,
  ],
  [
    'a password for everybody',
    append('chpasswd: {expire: false, users: [{name: ubuntu, password: ubuntu, type: text}]}'),
    'seed-rules',
    /secret/,
  ],
  ['password logins', replace('ssh_pwauth: false', 'ssh_pwauth: true'), 'seed-rules', /passwords would be tried/],
  ['a date where a text belongs', replace('gecos: image build', 'gecos: 2026-01-01'), 'pyyaml', /gecos/],
]);

const answersForDebian = rows(cells.debian, 'seed/preseed.pkrtpl.hcl', [
  ['a type that there is none of', replace('clock-setup/utc boolean true', 'clock-setup/utc bool'), 'preseed', /./],
  ['a password in the clear', append('d-i passwd/user-password password insecure'), 'seed-rules', /secret/],
  ['a bashism in late_command', replace('set -e;', 'set -e; [[ -d /x ]];'), 'shellcheck', /SC3010/],
]);

const both: readonly JudgeName[] = ['ksvalidator', 'kickstart-rules'];

const rhel9 = rows(cells.rhel9, kickstart, [
  ['auth, which is deprecated', replace('skipx', 'auth --enableshadow --passalgo=sha512\nskipx'), both, /auth/],
  ['a command that there is none of', replace('skipx', 'skipxx'), both, /skipxx/],
  ['an option that there is none of', replace('--enabled=sshd', '--enable-it=sshd'), both, /--enable-it/],
  ['no %end', replace(/%end\n\n%onerror/, '\n%onerror'), both, /%end/],
  ['zerombr yes', replace('skipx', 'zerombr yes\nskipx'), both, /zerombr/],
  ['a quotation that is not closed', replace("lang 'en_US.UTF-8'", "lang 'en_US.UTF-8"), both, /quotation/],
  ['--ignorebroken', replace('%packages --excludedocs', '%packages --ignorebroken'), both, /ignorebroken/],
  [
    'a swap partition',
    replace('clearpart --none', 'clearpart --none\npart swap --size=2048'),
    'kickstart-rules',
    /swap/,
  ],
  ['autopart', replace('clearpart --none', 'autopart'), 'kickstart-rules', /swap|LVM/],
  [
    'a root password in the clear',
    replace('rootpw --lock', 'rootpw --plaintext secret'),
    'kickstart-rules',
    /password/,
  ],
  ['SELinux off', replace('selinux --enforcing', 'selinux --disabled'), 'kickstart-rules', /selinux/],
  ['no licence agreed to', replace('eula --agreed\n', ''), 'kickstart-rules', /eula/],
  [
    'no initramfs for other machines',
    replace('dracut-config-generic\n', ''),
    'kickstart-rules',
    /dracut-config-generic/,
  ],
  [
    'a bashism in %post',
    replace(
      '%post --erroronfail --log=/var/log/hnf-post.log\n',
      '%post --erroronfail --log=/var/log/hnf-post.log\n[[ -d /x ]]\n',
    ),
    'shellcheck',
    /SC3010/,
  ],
]);

const rhelOthers: Mistake[] = [
  ...rows(cells.rhel8, kickstart, [
    ['timesource, which RHEL 8 does not know', append('timesource --ntp-server=ntp.example.org'), both, /timesource/],
  ]),
  ...rows(cells.rhel9, kickstart, [
    ['auth in an EL10 kickstart', replace('skipx', 'auth --enableshadow\nskipx'), both, /auth/],
  ]).map((mistake) => ({ ...mistake, spec: (spec: ImageSpec) => ({ ...spec, os: { ...spec.os, version: '10' } }) })),
];

const onQemu = rows(cells.ubuntu24, hcl, [
  [
    'another label on the CD',
    replace('cd_label = "cidata"', 'cd_label = "cloud-init"'),
    'packer-rules',
    /guest looks for 'cidata'/,
  ],
  ['no meta-data', replace(/ *"meta-data".*\n/, ''), 'packer-rules', /has no 'meta-data'/],
  ['no ---', replace('autoinstall ---', 'autoinstall'), 'packer-rules', /'---' is not typed/],
  ['autoinstall behind ---', replace('autoinstall ---', '--- autoinstall'), 'packer-rules', /behind '---'/],
  [
    'autoinstall misspelt',
    replace('vmlinuz autoinstall', 'vmlinuz autinstall'),
    'packer-rules',
    /asks whether to erase/,
  ],
  [
    'a data source behind ---',
    replace('autoinstall ---', 'autoinstall --- ds=nocloud'),
    'packer-rules',
    /cloud-init in every clone/,
  ],
  ['a tag that is not closed', replace('boot<enter>', 'boot<enter'), 'packer-rules', /belongs to no tag/],
  ['a key that there is none of', replace('boot<enter>', 'boot<entr>'), 'packer-rules', /<entr> is no key/],
  ['a key that is never let go', replace('boot<enter>', '<leftShiftOn>boot<enter>'), 'packer-rules', /never followed/],
  ['no end', replace(/ *shutdown_command = .*\n/, ''), 'packer-rules', /would be killed/],
  ['SSH on every address', replace('hostfwd=tcp:127.0.0.1:', 'hostfwd=tcp::'), 'packer-rules', /127\.0\.0\.1/],
  ['a drive of its own', replace('["-serial"', '["-drive", "file=x"],\n    ["-serial"'), 'packer-rules', /-drive/],
  [
    'a password for SSH',
    replace(/( *)communicator( +)= "ssh"/, '  communicator             = "ssh"\n  ssh_password = "ubuntu"'),
    'packer-rules',
    /no password/,
  ],
  [
    'another name of the build',
    replace('"general-build"', '"generic-build"'),
    ['packer-validate', 'packer-rules'],
    /general-build/,
  ],
  [
    'an interpolation without quotes',
    replace(/HNF_KUBERNETES( +)= ".*"/, 'HNF_KUBERNETES = ${var.image_identity}'),
    'packer-validate',
    /[Ii]nvalid/,
  ],
  [
    'a variable that there is none of',
    replace(/HNF_KUBERNETES( +)= ".*"/, 'HNF_KUBERNETES = var.kubernets'),
    'packer-validate',
    /kubernets/,
  ],
  ['a misspelt setting', replace('shutdown_timeout', 'shutdwon_timeout'), 'packer-validate', /shutdwon_timeout/],
  [
    'a size that is none',
    replace(/disk_size( +)= ".*"/, 'disk_size = "twenty"'),
    'packer-validate',
    /disk_size|twenty/,
  ],
  ['a script that there is none of', replace('scripts/seal.sh', 'scripts/seel.sh'), 'packer-validate', /seel\.sh/],
  [
    'a plugin that there is none of',
    replace(/version = "= [\d.]+"/, 'version = "= 9.9.9"'),
    'packer-validate',
    /9\.9\.9|plugin/i,
  ],
  ['another layout of the text', replace('  vm_name ', '  vm_name      '), 'packer-fmt', /formatted otherwise/],
]);

const onVsphere = rows(cells.ubuntuOnVsphere, hcl, [
  [
    'a seed that stays on the datastore',
    replace('remote_cache_cleanup   = true', 'remote_cache_cleanup   = false'),
    'packer-rules',
    /stays on the datastore/,
  ],
  [
    'a certificate that is not checked',
    replace('insecure_connection = var.vsphere_insecure', 'insecure_connection = true'),
    'packer-rules',
    /certificate/,
  ],
  [
    'a password that shows in the log',
    replace(/(env\("VSPHERE_PASSWORD"\)\n) *sensitive *= true\n/, 'env("VSPHERE_PASSWORD")\n'),
    'packer-rules',
    /is not sensitive/,
  ],
  [
    'a password in the file',
    replace('env("VSPHERE_PASSWORD")', '"hunter2"'),
    'packer-rules',
    /has a value in the file/,
  ],
  [
    'a misspelt setting',
    replace('convert_to_template', 'convert_to_templates'),
    'packer-validate',
    /convert_to_templates/,
  ],
]);

const onRhel = rows(cells.rhel9, hcl, [
  ['another label on the CD', replace('"OEMDRV"', '"OEMDRIVE"'), 'packer-rules', /guest looks for 'OEMDRV'/],
]);

const scripts = rows(cells.ubuntu24, seal, [
  ['a bashism', replace('set -eu', 'set -eu\nif [[ -d /x ]]; then echo y; fi'), 'shellcheck', /SC3010/],
  ['an unquoted variable', replace('"/run/hnf/$script"', '/run/hnf/$script'), 'shellcheck', /SC2086/],
  ['a missing fi', replace(/\n {2}fi\ndone/, '\ndone'), 'shellcheck', /SC10\d\d/],
  ['a unit with a bad section', replace('[Service]', '[Servce]'), 'systemd-verify', /Unknown section 'Servce'/],
  ['a unit with a misspelt key', replace('ExecStart=', 'ExecStrat='), 'systemd-verify', /ExecStrat/],
  [
    'a unit of a type that there is none of',
    replace('Type=oneshot', 'Type=onshot'),
    'systemd-verify',
    /onshot|service type/,
  ],
]);

const baseTree = rows(cells.cloud, 'profile/files/10-agent.sh', [
  [
    'a hook of the user with a mistake',
    () => 'cd /opt/agent\nif [ $1 == yes ]; then rm -rf $2/*; fi\n',
    'shellcheck',
    /SC/,
  ],
]);

const units = rows(cells.cloud, 'profile/files/agent.service', [
  [
    'a unit of the user with a bad section',
    () => '[Unit]\nDescription=x\n[Srevice]\nExecStart=/bin/true\n',
    'systemd-verify',
    /Srevice/,
  ],
]);

export const mistakes: readonly Mistake[] = [
  ...autoinstall,
  ...olderInstaller,
  ...cloudConfig,
  ...answersForDebian,
  ...rhel9,
  ...rhelOthers,
  ...onQemu,
  ...onVsphere,
  ...onRhel,
  ...scripts,
  ...baseTree,
  ...units,
];

export function specOf({ cell, spec }: Pick<Mistake, 'cell' | 'spec'>): ImageSpec {
  return spec === undefined ? findCell(cell) : spec(findCell(cell));
}

/** The folder with the mistake in it; a file that is not there is added. */
export function withMistake(files: readonly RenderedFile[], { file, change }: Mistake): RenderedFile[] {
  const old = files.find(({ path }) => path === file);
  if (old === undefined) return [...files, { path: file, mode: 0o644, content: change('') }];
  return files.map((other) => (other === old ? { ...other, content: change(other.content) } : other));
}
