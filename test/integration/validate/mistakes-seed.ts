import type { JudgeName } from '../../../src/flows/image-validate/types.ts';
import { append, cells, type Mistake, replace, rows } from './mistake.ts';

const userData = 'seed/user-data.pkrtpl.hcl';

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
  [
    'partitions over the disk',
    replace(
      '      - id: partition-root\n',
      '      - {id: partition-log, type: partition, device: disk, size: 30G, preserve: false}\n      - id: partition-root\n',
    ),
    'autoinstall-rules',
    /the partitions need 31233 MiB, the disk has 20480/,
  ],
  [
    'partitions that leave the root no room',
    replace(
      '      - id: partition-root\n',
      '      - {id: partition-log, type: partition, device: disk, size: 15G, preserve: false}\n      - id: partition-root\n',
    ),
    'autoinstall-rules',
    /'\/' is left with 4607 MiB/,
  ],
  [
    'a file system mounted over another',
    replace(
      '      - id: mount-esp\n',
      '      - {id: log, type: mount, device: format-esp, path: /var/log}\n      - {id: var, type: mount, device: format-esp, path: /var}\n      - id: mount-esp\n',
    ),
    'autoinstall-rules',
    /'\/var' is mounted over '\/var\/log'/,
  ],
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
  ['an unquoted variable in an error command', replace('journalctl -b', 'journalctl $MORE -b'), 'shellcheck', /SC2086/],
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

const networks = rows(cells.ubuntu24, userData, [
  ['a network of a version that there is none of', replace('    version: 2', '    version: 3'), 'net-convert', /./],
  [
    'a network that is none',
    replace(/ {4}ethernets:\n[\s\S]*?(?=\n {2}\S)/, '    ethernets: [any]'),
    ['net-convert', ...answers],
    /./,
  ],
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
  [
    'a boolean that only the schema of newer releases takes',
    replace('locale: "false"', 'locale: false'),
    'cloud-init-schema',
    /locale: False is not of type 'string'/,
  ],
  ['a misspelt key', replace('package_upgrade:', 'package_upgrades:'), 'seed-rules', /did you mean 'package_upgrade'/],
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

const answersForDebian = rows(cells.debian, 'seed/preseed.cfg.pkrtpl.hcl', [
  ['a type that there is none of', replace('clock-setup/utc boolean true', 'clock-setup/utc bool'), 'preseed', /./],
  ['a password in the clear', append('d-i passwd/user-password password insecure'), 'seed-rules', /secret/],
  ['a bashism in late_command', replace('set -e;', 'set -e; [[ -d /x ]];'), 'shellcheck', /SC3010/],
]);

export const seedMistakes: readonly Mistake[] = [
  ...autoinstall,
  ...networks,
  ...olderInstaller,
  ...cloudConfig,
  ...answersForDebian,
];
