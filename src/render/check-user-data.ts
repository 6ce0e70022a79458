import { suggestion } from '../config/did-you-mean.ts';

/** Something a seed must not say, whoever reads it. */
export interface UserDataFault {
  /** `users[0].passwd` */
  path: string;
  message: string;
}

type Map = Readonly<Record<string, unknown>>;

/**
 * Keys that a build's account may need. Releases before 23 read past any other without a word, schema and all.
 * https://docs.cloud-init.io/en/latest/reference/modules.html
 */
const knownKeys = [
  ...['users', 'user', 'groups', 'disable_root', 'disable_root_opts', 'hostname', 'fqdn', 'preserve_hostname'],
  ...[
    'prefer_fqdn_over_hostname',
    'manage_etc_hosts',
    'ssh',
    'ssh_authorized_keys',
    'ssh_deletekeys',
    'ssh_genkeytypes',
  ],
  ...[
    'ssh_keys',
    'ssh_publish_hostkeys',
    'ssh_pwauth',
    'ssh_quiet_keygen',
    'no_ssh_fingerprints',
    'allow_public_ssh_keys',
  ],
  ...['apt', 'apt_pipelining', 'yum_repos', 'yum_repo_dir', 'packages', 'package_update', 'package_upgrade'],
  ...['package_reboot_if_required', 'snap', 'ca_certs', 'locale', 'locale_configfile', 'timezone', 'keyboard', 'ntp'],
  ...['growpart', 'resize_rootfs', 'disk_setup', 'fs_setup', 'mounts', 'mount_default_fields', 'swap', 'grub_dpkg'],
  ...['bootcmd', 'runcmd', 'write_files', 'power_state', 'final_message', 'output', 'reporting', 'phone_home'],
  ...['manage_resolv_conf', 'resolv_conf', 'random_seed', 'rsyslog', 'merge_how', 'rh_subscription', 'system_info'],
  ...['chpasswd', 'password', 'create_hostname_file'],
];

const secretKeys = /^(password|passwd|hashed_passwd|plain_text_passwd|chpasswd|token)$/;

/**
 * Our own rules for a `#cloud-config` that makes the build's account: no password, hashed or not (a seed is an ISO that lies around), the
 * build's key for one user, no way in by password.
 */
export function findUserDataFaults(userData: unknown): UserDataFault[] {
  if (!isMap(userData)) return [{ path: '', message: 'is no map of settings' }];
  const faults = [...findUnknownKeys(userData), ...findSecrets(userData, '')];
  const users = Array.isArray(userData['users']) ? userData['users'].filter(isMap) : [];
  if (!users.some(hasKey)) faults.push({ path: 'users', message: "nobody has the build's key" });
  for (const [index, user] of users.entries()) {
    if (user['lock_passwd'] === false)
      faults.push({ path: `users[${index}].lock_passwd`, message: 'is false: an empty password would do' });
  }
  if (userData['ssh_pwauth'] !== false)
    faults.push({ path: 'ssh_pwauth', message: 'is not false: passwords would be tried' });
  return faults;
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function findUnknownKeys(userData: Map): UserDataFault[] {
  return Object.keys(userData)
    .filter((key) => !knownKeys.includes(key))
    .map((key) => ({ path: key, message: `is unknown${suggestion(key, knownKeys)}; cloud-init reads past it` }));
}

function hasKey(user: Map): boolean {
  const keys = user['ssh_authorized_keys'];
  return Array.isArray(keys) && keys.some((key) => typeof key === 'string' && /^(ssh|ecdsa)-\S+ \S+/.test(key));
}

function findSecrets(value: unknown, path: string): UserDataFault[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, at) => findSecrets(item, `${path}[${at}]`));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = path === '' ? key : `${path}.${key}`;
    const isSecret = secretKeys.test(key) && item !== null;
    return isSecret ? [{ path: here, message: 'is a secret: whoever has the seed has it' }] : findSecrets(item, here);
  });
}

/** Debian's installer: a password of any kind but `!`, which nobody has. Lines are from 1. */
export function findPreseedSecrets(text: string): { line: number; message: string }[] {
  return text.split('\n').flatMap((line, at) => {
    const [, key, value = ''] = /^\s*\S+\s+(passwd\/\S*password\S*)\s+\S+\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || /^(!|\*|)$/.test(value.trim())) return [];
    return [{ line: at + 1, message: `'${key}' is a secret: whoever has the seed has it` }];
  });
}
