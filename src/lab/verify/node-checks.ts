import { parse } from 'yaml';
import type { ContainerdSource, CredentialProvider } from '../../catalog/image-spec.ts';
import { fail, notReported, onFact, pass, skip, type Verdict, type VerifyCheck } from './check-types.ts';

/** What `nodeadm install` must have left in the image. */
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
];

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
