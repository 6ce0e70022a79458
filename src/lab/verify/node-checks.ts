import { parse } from 'yaml';
import type { ContainerdSource, CredentialProvider } from '../../catalog/image-spec.ts';
import { fail, linesOf, notReported, onFact, pass, skip, type Verdict, type VerifyCheck } from './check-types.ts';

/** Owned by root, readable and not writable by others; the script can also be run by hand. */
const joinFiles = [
  '644 0:0 /etc/systemd/system/hybrid-node-join-again.service',
  '644 0:0 /etc/systemd/system/hybrid-node-join.service',
  '755 0:0 /usr/local/lib/hybrid-node/join',
  ...['config', 'init', 'network', 'scrub', 'state', 'steps'].map(
    (part) => `644 0:0 /usr/local/lib/hybrid-node/join.d/${part}.sh`,
  ),
];

/** What `nodeadm install` must have left in the image, and what joins the machine later. */
export const nodeChecks: readonly VerifyCheck[] = [
  onFact(
    'pristine.tracker',
    'node.tracker',
    '/opt/nodeadm/tracker',
    ({ expected }) => `provider ${expected.provider}, containerd ${expected.containerdSource}, kubelet`,
    (seen, { expected }) => judgeTracker(seen, expected.provider, expected.containerdSource),
  ),
  onFact(
    'pristine.release',
    'node.identity',
    '/etc/hybrid-node-release',
    ({ expected }) => expected.identity,
    (seen, { expected }) => {
      if (seen.trim() === '') return fail('missing or empty');
      return hasWord(seen, expected.identity) ? pass(expected.identity) : fail(seen.trim());
    },
  ),
  onFact(
    'program.nodeadm',
    'node.nodeadm',
    'nodeadm version',
    ({ expected }) => expected.nodeadm,
    (seen, { expected }) => judgeVersion(seen, expected.nodeadm),
  ),
  onFact(
    'program.kubelet',
    'node.kubelet',
    'kubelet --version',
    ({ expected }) => expected.kubernetes,
    (seen, { expected }) => judgeVersion(seen, expected.kubernetes),
  ),
  {
    id: 'node.containerd',
    what: 'containerd --version',
    expect: ({ expected }) => expected.containerd ?? (expected.containerdSource === 'none' ? 'not ours' : 'installed'),
    judge: ({ fact, expected }) => {
      const seen = fact('program.containerd');
      if (seen === undefined) return notReported;
      if (seen === 'absent' && expected.containerdSource === 'none') return skip('absent, as asked');
      if (expected.containerd !== undefined) return judgeVersion(seen, expected.containerd);
      return /containerd/.test(seen) && /\d+\.\d+/.test(seen) ? pass(seen.trim()) : fail(seen.trim());
    },
  },
  onFact(
    'booted.containerd',
    'node.containerd-starts',
    'containerd can be started',
    () => 'active',
    (seen, { expected }) => {
      if (seen === 'absent' && expected.containerdSource === 'none') return skip('absent, as asked');
      return seen.trim() === 'active' ? pass('active') : fail(seen.trim());
    },
  ),
  onFact(
    'pristine.join-files',
    'node.join-files',
    'the unit that joins the machine, and its script',
    () => `${joinFiles.length} files of root`,
    (seen) => {
      const found = linesOf(seen);
      const missing = joinFiles.filter((line) => !found.includes(line));
      return missing.length === 0 ? pass(`${joinFiles.length} files`) : fail(`not so: ${missing.join('\n')}`);
    },
  ),
  onFact(
    'booted.join',
    'node.join-unit',
    'hybrid-node-join.service',
    () => 'enabled, and not started without a NodeConfig',
    (seen) => judgeJoin(seen),
  ),
];

/** Without a NodeConfig the unit's condition is not met, and nothing else keeps it from running. */
const idleJoin: Readonly<Record<string, string>> = {
  LoadState: 'loaded',
  UnitFileState: 'enabled',
  ActiveState: 'inactive',
  Result: 'success',
  ConditionResult: 'no',
  NeedDaemonReload: 'no',
};

function judgeJoin(seen: string): Verdict {
  const found = new Map(linesOf(seen).map((line) => [line.split('=')[0], line.split('=')[1]]));
  const wrong = Object.entries(idleJoin).filter(([name, value]) => found.get(name) !== value);
  if (wrong.length === 0) return pass('enabled, waiting for a NodeConfig');
  return fail(wrong.map(([name, value]) => `${name}: ${found.get(name) ?? 'not told'}, not ${value}`).join('\n'));
}

function judgeVersion(seen: string, wanted: string): Verdict {
  if (seen === 'absent') return fail('not installed');
  return hasWord(seen, wanted) ? pass(firstLine(seen)) : fail(firstLine(seen));
}

/** `1.34.2` is in `Kubernetes v1.34.2` and in `v1.34.2-eks-1`, not in `1.34.20`. */
function hasWord(text: string, word: string): boolean {
  const quoted = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:^|[^0-9A-Za-z.]|\\bv)${quoted}(?![0-9A-Za-z]|\\.\\d)`, 'm').test(text);
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

function judgeTracker(seen: string, provider: CredentialProvider, containerd: ContainerdSource): Verdict {
  if (seen.trim() === '') return fail('missing or empty: nodeadm install did not finish');
  const artifacts = findArtifacts(seen);
  if (artifacts === undefined) return fail(`not understood: ${firstLine(seen)}`);
  const found = new Map(Object.entries(artifacts).map(([name, value]) => [name.toLowerCase(), value]));
  const wrong = [
    ...(found.get('kubelet') === true ? [] : ['kubelet is not installed']),
    ...(found.get('iamrolesanywhere') === (provider === 'iam-ra')
      ? []
      : [`IamRolesAnywhere: ${found.get('iamrolesanywhere')}`]),
    ...(found.get('ssm') === (provider === 'ssm') ? [] : [`Ssm: ${found.get('ssm')}`]),
    ...(found.get('containerd') === containerd ? [] : [`Containerd: ${found.get('containerd')}`]),
  ];
  return wrong.length === 0 ? pass(`provider ${provider}, containerd ${containerd}, kubelet`) : fail(wrong.join('\n'));
}

function findArtifacts(text: string): Record<string, unknown> | undefined {
  try {
    const tracker: unknown = parse(text);
    if (typeof tracker !== 'object' || tracker === null) return undefined;
    const found = Object.entries(tracker).find(([name]) => name.toLowerCase() === 'artifacts')?.[1];
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
