import { type KickstartFault, kickstartFault } from './fault.ts';
import type { ParsedKickstart, Statement } from './parse.ts';

/** Commands of which one kickstart has at most one; for the rest, repeating them is how they are used. */
const single = [
  'authselect',
  'bootloader',
  'clearpart',
  'eula',
  'firewall',
  'firstboot',
  'ignoredisk',
  'keyboard',
  'lang',
  'reqpart',
  'rhsm',
  'rootpw',
  'selinux',
  'services',
  'skipx',
  'syspurpose',
  'timezone',
  'zerombr',
] as const;

/** Groups of which exactly one command has to be there: without it the installer asks a question that nobody answers. */
const choices = {
  'an installation source': [
    'cdrom',
    'harddrive',
    'hmc',
    'liveimg',
    'nfs',
    'ostreecontainer',
    'ostreesetup',
    'bootc',
    'url',
  ],
  'a mode without a desktop': ['text', 'cmdline', 'graphical', 'vnc', 'rdp'],
  'an end': ['reboot', 'poweroff', 'halt', 'shutdown'],
} as const;

const wanted = [
  ['lang', 'the installer asks for a language'],
  ['keyboard', 'the installer asks for a keyboard'],
  ['timezone', 'the installer asks for a time zone'],
  ['rootpw', 'the installer asks for a root password'],
  ['bootloader', 'nothing says which kernel arguments the image boots with'],
  ['eula', 'the first boot asks for the licence'],
] as const;

/** What concerns the file as a whole: too much, too little, files it includes. */
export function findWholeFaults(parsed: ParsedKickstart): KickstartFault[] {
  return [
    ...single.flatMap((name) => findRepetition(parsed, name)),
    ...Object.entries(choices).flatMap(([what, names]) => findChoiceFaults(parsed, what, names)),
    ...wanted.flatMap(([name, reason]) =>
      namedOf(parsed, name).length > 0 ? [] : [kickstartFault('missing', 1, `'${name}' is missing: ${reason}`)],
    ),
    ...findIncludeFaults(parsed),
  ];
}

export function namedOf({ commands }: ParsedKickstart, ...names: readonly string[]): Statement[] {
  return commands.filter(({ name }) => names.includes(name));
}

function findRepetition(parsed: ParsedKickstart, name: string): KickstartFault[] {
  return namedOf(parsed, name)
    .slice(1)
    .map(({ line }) => kickstartFault('conflict', line, `'${name}' is there twice`));
}

function findChoiceFaults(parsed: ParsedKickstart, what: string, names: readonly string[]): KickstartFault[] {
  const [first, ...more] = namedOf(parsed, ...names);
  // Registered with Red Hat, the installer takes its packages from there.
  if (first === undefined && names.includes('url') && namedOf(parsed, 'rhsm').length > 0) return [];
  if (first === undefined) return [kickstartFault('missing', 1, `${what} is missing: one of ${names.join(', ')}`)];
  return more.map(({ line, name }) => kickstartFault('conflict', line, `'${name}' excludes '${first.name}'`));
}

function findIncludeFaults(parsed: ParsedKickstart): KickstartFault[] {
  const scripts = parsed.sections.filter(({ name }) => name === '%pre').flatMap(({ body }) => body);
  return namedOf(parsed, '%include').flatMap(({ line, words }) => {
    const path = words[0];
    if (path === undefined) return [kickstartFault('value', line, '%include needs a path')];
    if (scripts.some((text) => text.includes(path))) return [];
    return [kickstartFault('missing', line, `no %pre script writes '${path}'`)];
  });
}
