import { parse } from 'yaml';
import type { Partition } from '../../catalog/image-spec.ts';
import { formatBytes, GiB, MiB } from '../../core/sizes.ts';
import { fail, linesOf, nothingIn, onFact, pass, skip, type Verdict, type VerifyCheck } from './check-types.ts';
import { defaultBuildUsers } from './expectations.ts';

/** What must be true of the artifact before anybody boots it. */
export const pristineChecks: readonly VerifyCheck[] = [
  onFact(
    'pristine.parts',
    'disk.root',
    'the root file system can be read',
    () => 'one partition with /etc/os-release',
    (seen) =>
      linesOf(seen).some((line) => line.endsWith(' root')) ? pass(seen.trim()) : fail(seen.trim() || 'no partitions'),
  ),
  onFact(
    'pristine.clean',
    'disk.clean',
    'the file system was unmounted in order',
    () => 'clean, no journal to replay',
    judgeClean,
  ),
  onFact(
    'pristine.file-systems',
    'disk.partitions',
    'file systems of their own beside the root',
    ({ expected }) => (expected.partitions ?? []).map(wordPartition).join(', ') || 'none asked for',
    (seen, { expected }) => judgePartitions(seen, expected.partitions ?? []),
  ),
  onFact(
    'pristine.shadow',
    'credentials.passwords',
    'no account has a password',
    () => 'every account locked',
    judgeShadow,
  ),
  {
    id: 'credentials.build-user',
    what: 'no user of the build is left',
    expect: ({ expected }) => `none of ${(expected.buildUsers ?? defaultBuildUsers).join(', ')}; no /home/ of theirs`,
    judge: ({ fact, expected }) => judgeUsers(fact('pristine.users'), fact('pristine.homes'), expected.buildUsers),
  },
  nothingIn('pristine.sudoers', 'credentials.sudoers', 'no NOPASSWD rule is baked in'),
  nothingIn('pristine.ssh-user-keys', 'credentials.authorized-keys', 'no authorized_keys, no private keys of users'),
  onFact(
    'pristine.machine-id',
    'identity.machine-id',
    '/etc/machine-id',
    () => 'empty or "uninitialized"',
    judgeEmptyMachineId,
  ),
  onFact(
    'pristine.dbus-machine-id',
    'identity.dbus-machine-id',
    'D-Bus has no machine id of its own',
    () => 'a link, or nothing',
    (seen) => (['', 'link'].includes(seen.trim()) ? pass(seen.trim() || 'nothing') : fail(seen.trim())),
  ),
  nothingIn('pristine.ssh-host-keys', 'identity.ssh-host-keys', 'no SSH host keys'),
  nothingIn('pristine.random-seed', 'identity.random-seed', 'no random seed, no credential secret'),
  nothingIn('pristine.leases', 'identity.network', 'no DHCP lease and no network profile of the build machine'),
  nothingIn('pristine.cloud-init-state', 'cloud-init.state', 'no instance, seed or log of cloud-init'),
  nothingIn('pristine.cloud-init-disabled', 'cloud-init.enabled', 'nothing that turns cloud-init off'),
  onFact(
    'pristine.datasource-list',
    'cloud-init.datasource-list',
    'datasource_list',
    ({ expected }) => expected.datasourceList.join(', '),
    (seen, { expected }) => judgeDatasources(seen, expected.datasourceList),
  ),
  nothingIn('pristine.ssm', 'node.ssm-registration', 'no SSM registration'),
  nothingIn('pristine.aws', 'node.aws-credentials', 'no /root/.aws, no /etc/aws/hybrid'),
  nothingIn(
    'pristine.kubelet',
    'node.kubelet-identity',
    'no kubelet certificates, kubeconfig or cluster configuration',
  ),
  nothingIn('pristine.nodeconfig', 'node.nodeconfig', 'no NodeConfig of a host'),
  nothingIn('pristine.join-state', 'node.join-state', 'no join has been run'),
  nothingIn('pristine.swap', 'swap.none', 'no swap in fstab, files, partitions or units'),
  {
    id: 'boot.command-line',
    what: 'no installer or datasource words in the boot configuration',
    expect: () => 'no ds=, autoinstall, inst.*, ks=',
    judge: ({ fact }) => judgeBootWords(fact('pristine.boot-words'), fact('pristine.boot-files')),
  },
  nothingIn('pristine.build-network', 'build.network', "nothing points to the build's mirror, proxy or host"),
  onFact(
    'pristine.resolver',
    'build.resolver',
    '/etc/resolv.conf',
    () => 'a link, or no name server',
    (seen) =>
      seen.startsWith('link ') || seen.trim() === '' ? pass(seen.trim() || 'no name server') : fail(seen.trim()),
  ),
  onFact(
    'pristine.log-kib',
    'build.logs',
    'size of /var/log',
    ({ expected }) => `at most ${expected.maxLogKiB ?? 1024} KiB`,
    (seen, { fact, expected }) => {
      const isSmall = Number(seen) <= (expected.maxLogKiB ?? 1024) && /^\d+$/.test(seen.trim());
      return isSmall
        ? pass(`${seen.trim()} KiB`)
        : fail(`${seen.trim()} KiB: ${linesOf(fact('pristine.log-files') ?? '').join(' ')}`);
    },
  ),
  nothingIn('pristine.history', 'build.history', 'no shell history, no cache of root, no backup of an account file'),
  nothingIn('pristine.tmp', 'build.tmp', 'nothing in /tmp and /var/tmp'),
];

/** Of each file system whose kind tells it. */
function judgeClean(seen: string): Verdict {
  const states = [...seen.matchAll(/^Filesystem state:\s*(.*)$/gm)].map(([, state = '']) => state.trim());
  if (states.length === 0) return skip(seen.trim() || 'dumpe2fs is not in the image');
  const state = states.find((one) => one !== 'clean') ?? 'clean';
  const needsRecovery = /^Filesystem features:.*\bneeds_recovery\b/m.test(seen);
  return state === 'clean' && !needsRecovery ? pass('clean') : fail(needsRecovery ? `${state}, needs_recovery` : state);
}

function wordPartition({ mount, sizeGiB }: Partition): string {
  return `${mount} ${sizeGiB} GiB`;
}

/** A partition begins and ends on a whole MiB. */
const slackBytes = MiB;

function judgePartitions(seen: string, wanted: readonly Partition[]): Verdict {
  const found = linesOf(seen).map((line) => line.split(' '));
  const isThere = ({ mount, sizeGiB }: Partition) =>
    found.some(([place, , bytes]) => place === mount && Math.abs(Number(bytes) - sizeGiB * GiB) <= slackBytes);
  const saw =
    found.map(([place = '', type = '', bytes]) => `${place} ${type} ${formatBytes(Number(bytes))}`).join(', ') ||
    'none';
  return wanted.every(isThere) ? pass(saw) : fail(saw);
}

function judgeShadow(seen: string): Verdict {
  const accounts = linesOf(seen).map((line) => line.split(' '));
  if (accounts.length === 0) return fail('no accounts were read');
  const open = accounts.filter(([, kind]) => kind !== 'locked');
  if (open.length === 0) return pass(`${accounts.length} accounts, all locked`);
  return fail(open.map(([name, kind]) => `${name}: ${kind}`).join('\n'));
}

function judgeUsers(users: string | undefined, homes: string | undefined, names = defaultBuildUsers): Verdict {
  if (users === undefined || homes === undefined) return { status: 'fail', saw: 'not reported by the guest' };
  const people = linesOf(users).map((line) => line.split(' ')[0] ?? '');
  if (people.length === 0) return fail('no users were read');
  const left = [
    ...people.filter((name) => names.includes(name)),
    ...linesOf(homes).filter((home) => names.includes(home.replace('/home/', ''))),
  ];
  return left.length === 0 ? pass(`none of them among ${people.length} users`) : fail(left.join('\n'));
}

function judgeEmptyMachineId(seen: string): Verdict {
  const content = seen.replace(/^content:/, '').trim();
  if (seen === 'absent') return fail('the file is missing: systemd cannot tell a first boot on a read-only root');
  if (content === '') return pass('empty');
  return content === 'uninitialized' ? pass(content) : fail(content);
}

function judgeDatasources(seen: string, wanted: readonly string[]): Verdict {
  const source = /^# (.*)$/m.exec(seen)?.[1] ?? 'no file';
  const found = findDatasources(seen);
  if (found === undefined) return fail(seen.trim() === '' ? 'no datasource_list' : `not understood: ${seen.trim()}`);
  const saw = `${found.join(', ')} (${source})`;
  return found.join() === wanted.join() ? pass(saw) : fail(saw);
}

function findDatasources(snippet: string): string[] | undefined {
  try {
    const value: unknown = parse(snippet);
    const list = typeof value === 'object' && value !== null && 'datasource_list' in value && value.datasource_list;
    // YAML reads the word None as a string, null only when it is written `null` or `~`.
    return Array.isArray(list) ? list.map((item) => (item === null ? 'None' : String(item))) : undefined;
  } catch {
    return undefined;
  }
}

function judgeBootWords(words: string | undefined, files: string | undefined): Verdict {
  if (words === undefined || files === undefined) return { status: 'fail', saw: 'not reported by the guest' };
  const read = linesOf(files);
  if (read.length === 0) return fail('no boot configuration was found to look at');
  const found = linesOf(words);
  return found.length === 0 ? pass(`none in ${read.join(' ')}`) : fail(found.join('\n'));
}
