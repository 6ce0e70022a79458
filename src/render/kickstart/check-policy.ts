import { type Options, readOptions } from './check-language.ts';
import { namedOf } from './check-whole.ts';
import { type KickstartFault, type KickstartFaultCode, kickstartFault } from './fault.ts';
import type { ParsedKickstart, Section, Statement } from './parse.ts';

/** What a rule says about one command; nothing when it has nothing against it. */
type Rule = (statement: Statement, options: Options, words: readonly string[]) => string | undefined;

/** Our own rules by command. `secret`: a password in an answer file is a password in an ISO, a log and a backup. */
const rules: readonly (readonly [code: KickstartFaultCode, names: readonly string[], rule: Rule])[] = [
  ['secret', ['rootpw'], rootIsLocked],
  ['secret', ['user', 'bootloader', 'vnc', 'rdp', 'iscsi'], hasNoPassword],
  ['secret', ['part', 'partition', 'logvol', 'raid', 'autopart'], hasNoPassphrase],
  ['secret', ['sshpw'], () => 'a password for the installer itself'],
  [
    'secret',
    ['network'],
    (_, options) => (hasAny(options, '--wepkey', '--wpakey') ? 'a key of a radio network' : undefined),
  ],
  ['policy', ['rootpw'], (_, options) => (options.has('--allow-ssh') ? 'root may log in with a password' : undefined)],
  ['policy', ['selinux'], selinuxIsEnforcing],
  [
    'policy',
    ['firstboot'],
    (_, options) => (hasAny(options, '--disable', '--disabled') ? undefined : 'the first boot asks'),
  ],
  ['policy', ['eula'], (_, options) => (options.size === 0 ? 'the licence is not agreed to' : undefined)],
  [
    'policy',
    ['url', 'repo', 'liveimg'],
    (_, options) => (options.has('--noverifyssl') ? 'TLS is not verified' : undefined),
  ],
  ['policy', ['bootloader'], bootsCleanly],
];

/** Packages without which an image made of this kickstart is no node image. */
const neededPackages = [
  'cloud-init',
  'cloud-utils-growpart',
  'dracut-config-generic',
  'openssh-server',
  'sudo',
] as const;

/** Secrets, and settings that do not belong into an image of ours whatever the installer thinks of them. */
export function findPolicyFaults(parsed: ParsedKickstart): KickstartFault[] {
  const ofCommands = rules.flatMap(([code, names, rule]) =>
    namedOf(parsed, ...names).flatMap((statement) => {
      const { options, words } = readOptions(statement);
      const reason = rule(statement, options, words);
      return reason === undefined ? [] : [kickstartFault(code, statement.line, `'${statement.name}': ${reason}`)];
    }),
  );
  return [
    ...ofCommands,
    ...findKeyFaults(parsed),
    ...parsed.sections.flatMap(findSectionFaults),
    ...findPackageFaults(parsed),
    ...findKdump(parsed),
  ];
}

function hasAny(options: Options, ...names: readonly string[]): boolean {
  return names.some((name) => options.has(name));
}

function rootIsLocked(_: Statement, options: Options, words: readonly string[]): string | undefined {
  if (words.length > 0) return options.has('--iscrypted') ? 'a password hash' : 'a password in plain text';
  return options.has('--lock') ? undefined : 'root is not locked (--lock)';
}

function hasNoPassword(_: Statement, options: Options): string | undefined {
  if (!hasAny(options, '--password', '--reverse-password', '--md5pass', '--plaintext')) return undefined;
  return options.has('--iscrypted') ? 'a password hash' : 'a password in plain text';
}

function hasNoPassphrase(_: Statement, options: Options): string | undefined {
  return options.has('--passphrase') ? 'a passphrase in plain text' : undefined;
}

function selinuxIsEnforcing(_: Statement, options: Options): string | undefined {
  if (hasAny(options, '--permissive', '--disabled')) return 'SELinux does not enforce';
  return options.has('--enforcing') ? undefined : 'the mode is not said (--enforcing)';
}

function bootsCleanly(_: Statement, options: Options): string | undefined {
  const words = String(options.get('--append') ?? '').split(/\s+/);
  const left = words.find((word) => /^(inst\.|ks=|ds=|autoinstall$)/.test(word));
  if (left !== undefined) return `'${left}' would stay on the kernel command line of every clone`;
  return words.includes('crashkernel=auto')
    ? "'crashkernel=auto' is unknown to kernels after RHEL 8, and kdump is off"
    : undefined;
}

/** A user with no password and no key is a door without a handle; a key for nobody is a mistake. */
function findKeyFaults(parsed: ParsedKickstart): KickstartFault[] {
  const users = namedOf(parsed, 'user').map((statement) => readOptions(statement).options.get('--name'));
  return namedOf(parsed, 'sshkey').flatMap((statement) => {
    const name = readOptions(statement).options.get('--username');
    if (name === undefined || users.includes(name)) return [];
    return [kickstartFault('policy', statement.line, `'sshkey': no 'user' command makes '${String(name)}'`)];
  });
}

function findSectionFaults(section: Section): KickstartFault[] {
  const { options } = readOptions(section);
  const fault = (message: string) => kickstartFault('policy', section.line, `'${section.name}': ${message}`);
  const faults: KickstartFault[] = [];
  if (['%pre', '%pre-install', '%post'].includes(section.name) && !options.has('--erroronfail')) {
    faults.push(fault('a script that fails does not end the installation (--erroronfail)'));
  }
  if (options.has('--ignoremissing')) faults.push(fault('--ignoremissing hides that a package is not there'));
  if (options.has('--nochroot')) faults.push(...findOutsideFaults(section));
  return faults;
}

/** Without chroot `/etc` is the installer's own. */
function findOutsideFaults(section: Section): KickstartFault[] {
  return section.body.flatMap((text, at) => {
    const path = /(?:^|[\s>'"])(\/(?:etc|usr|var|root|home|boot)\/[^\s'"]*)/.exec(text)?.[1];
    if (path === undefined || text.trimStart().startsWith('#')) return [];
    const message = `'%post --nochroot': '${path}' is the installer's, the image is below /mnt/sysroot`;
    return [kickstartFault('policy', section.line + 1 + at, message)];
  });
}

function findPackageFaults(parsed: ParsedKickstart): KickstartFault[] {
  const section = parsed.sections.find(({ name }) => name === '%packages');
  if (section === undefined) return [kickstartFault('missing', 1, "section '%packages' is missing")];
  const lines = section.body.map((text) => text.replace(/#.*/, '').trim());
  const several = lines.flatMap((text, at) => {
    if (!/\s/.test(text) || text.startsWith('@')) return [];
    return [
      kickstartFault('value', section.line + 1 + at, `'${text}' is one name to the installer: one package per line`),
    ];
  });
  const missing = neededPackages.filter((name) => !lines.includes(name));
  return [...several, ...missing.map((name) => kickstartFault('missing', section.line, `'%packages' lacks '${name}'`))];
}

function findKdump(parsed: ParsedKickstart): KickstartFault[] {
  const addon = parsed.sections.find(({ name, words }) => name === '%addon' && words[0] === 'com_redhat_kdump');
  if (addon?.words.includes('--disable')) return [];
  return [
    kickstartFault('policy', addon?.line ?? 1, 'kdump takes memory from the node (%addon com_redhat_kdump --disable)'),
  ];
}
