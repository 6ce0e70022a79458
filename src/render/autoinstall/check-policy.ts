import { type AutoinstallFault, autoinstallFault } from './fault.ts';

type Map = Readonly<Record<string, unknown>>;

function mapAt(value: unknown, ...path: readonly string[]): Map | undefined {
  let found: unknown = value;
  for (const key of path) found = isMap(found) ? found[key] : undefined;
  return isMap(found) ? found : undefined;
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const top = 'autoinstall';

/** What the installer would accept and a node's image cannot have. */
export function findPolicyFaults(answers: Map): AutoinstallFault[] {
  return [
    ...findQuestions(answers),
    ...findSecrets(answers, [top]),
    ...findAccess(answers),
    ...findInstallerUpdates(answers),
  ];
}

function findQuestions(answers: Map): AutoinstallFault[] {
  if (!('interactive-sections' in answers)) return [];
  return [autoinstallFault('policy', [top, 'interactive-sections'], 'the installer would ask, and nobody answers')];
}

const secretKeys = /^(password|passwd|hashed_passwd|plain_text_passwd|token|chpasswd)$/;

/** A password in answers is a password in an ISO, a log and a backup, hashed or not. */
function findSecrets(value: unknown, path: readonly (string | number)[]): AutoinstallFault[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => findSecrets(item, [...path, index]));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    secretKeys.test(key) && item !== null
      ? [autoinstallFault('secret', [...path, key], `'${key}' is a secret: whoever has the answers has it`)]
      : findSecrets(item, [...path, key]),
  );
}

/** The build has to get in, by key; nobody else may, by password. */
function findAccess(answers: Map): AutoinstallFault[] {
  const faults: AutoinstallFault[] = [];
  const ssh = mapAt(answers, 'ssh');
  if (ssh?.['install-server'] !== true) {
    faults.push(autoinstallFault('policy', [top, 'ssh', 'install-server'], 'is not true: nobody gets in over SSH'));
  }
  if (ssh?.['allow-pw'] !== false) {
    faults.push(autoinstallFault('policy', [top, 'ssh', 'allow-pw'], 'is not false: passwords would be tried'));
  }
  const users = mapAt(answers, 'user-data')?.['users'];
  const keys = Array.isArray(users) ? users.filter((user) => hasKeys(user)) : [];
  const ofSsh = ssh?.['authorized-keys'];
  if (keys.length === 0 && !(Array.isArray(ofSsh) && ofSsh.length > 0)) {
    faults.push(autoinstallFault('missing', [top, 'user-data', 'users'], "nobody has the build's key"));
  }
  return faults;
}

function hasKeys(user: unknown): boolean {
  const keys = mapAt(user)?.['ssh_authorized_keys'];
  return Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string' && key.includes(' '));
}

function findInstallerUpdates(answers: Map): AutoinstallFault[] {
  if (mapAt(answers, 'refresh-installer')?.['update'] !== true) return [];
  const message = 'the installer would be another one every week';
  return [autoinstallFault('policy', [top, 'refresh-installer', 'update'], message)];
}
