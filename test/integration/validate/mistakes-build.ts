import { cells, type Mistake, replace, rows } from './mistake.ts';

const hcl = 'image.pkr.hcl';
const seal = 'scripts/seal.sh';

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
  ['a size that is none', replace(/disk_size( +)= ".*"/, 'disk_size = "twenty"'), 'packer-validate', /disk size/],
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
  [
    'a password that a plugin would take for a template',
    replace('= local.rh_password', '= var.rh_password'),
    'packer-rules',
    /'rh_password' is handed to a plugin as it is/,
  ],
]);

const scripts = rows(cells.ubuntu24, seal, [
  ['a bashism', replace('set -eu', 'set -eu\nif [[ -d /x ]]; then echo y; fi'), 'shellcheck', /SC3010/],
  ['an unquoted variable', replace('ifcfg-*; do', 'ifcfg-*; do\n  ls $file'), 'shellcheck', /SC2086/],
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

const hooks = rows(cells.cloud, 'profile/hooks/pre/001-agent', [
  [
    'a hook of the user with a mistake',
    () => 'cd /opt/agent\nif [ $1 == yes ]; then rm -rf $2/*; fi\n',
    'shellcheck',
    /SC/,
  ],
]);

const units = rows(cells.cloud, 'profile/root/etc/systemd/system/agent.service', [
  [
    'a unit of the user with a bad section',
    () => '[Unit]\nDescription=x\n[Srevice]\nExecStart=/bin/true\n',
    'systemd-verify',
    /Srevice/,
  ],
]);

export const buildMistakes: readonly Mistake[] = [...onQemu, ...onVsphere, ...onRhel, ...scripts, ...hooks, ...units];
