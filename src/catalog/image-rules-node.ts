import { defaults } from '../config/defaults.ts';
import { quote } from '../config/findings.ts';
import {
  caseOf,
  containerdSourcesFor,
  matchingRows,
  providersFor,
  refusedContainerd,
  refusedProvider,
  refusedSigningHelper,
  signingHelperHint,
} from './compatibility.ts';
import { familyFacts } from './families.ts';
import { either, fault, warning } from './image-fault.ts';
import type { ImageDraft, ImageFault, ImageRule } from './image-rules.ts';
import { compareVersions, findPatch, pinnedKubernetes, pinnedNodeadm, testedMinors } from './kubernetes-versions.ts';

/** Whether nodeadm can put a node on the system. */
export const nodeRules: readonly ImageRule[] = [
  providerWorksOnOs,
  signingHelperRuns,
  containerdWorksOnOs,
  nodeadmIsNewEnough,
  nodeadmKnowsMirrors,
  nodeadmCanBeBuilt,
  kubernetesIsSupported,
  kubernetesIsComplete,
  kubernetesCanBeBuilt,
];

const leastNodeadmForMirror = '1.0.18';

function providerWorksOnOs({ spec }: ImageDraft): ImageFault[] {
  const reason = refusedProvider(spec.os, spec.provider);
  if (reason === undefined) return [];
  const accepted = providersFor(spec.os);
  const message = `${quote(spec.provider)} does not work on ${familyFacts[spec.os.family].title}: ${reason}; accepted: ${accepted.join(', ')}`;
  return fault('provider', message, `Use ${either(accepted)}.`);
}

/** A warning: the folder can be looked at and changed. A build is refused (build-needs.ts). */
function signingHelperRuns({ spec }: ImageDraft): ImageFault[] {
  const reason = refusedSigningHelper(spec);
  if (reason === undefined) return [];
  return warning('provider', `${quote(spec.provider)} gives nodes that cannot join: ${reason}`, signingHelperHint);
}

function containerdWorksOnOs({ spec }: ImageDraft): ImageFault[] {
  const source = spec.nodeadm.containerdSource;
  const reason = refusedContainerd(spec.os, source);
  if (reason === undefined) return [];
  const accepted = containerdSourcesFor(spec.os);
  const message = `containerd from ${quote(source)} does not work on ${familyFacts[spec.os.family].title}: ${reason}; accepted: ${accepted.join(', ')}`;
  return fault('nodeadm.containerdSource', message, `Use ${either(accepted)}.`);
}

/** By the rows of the compatibility data about nodeadm; the newest version they ask for is told. */
function nodeadmIsNewEnough({ spec }: ImageDraft): ImageFault[] {
  const { version } = spec.nodeadm;
  const rows = matchingRows(caseOf(spec)).filter((row) => row.about === 'nodeadm' && row.status === 'refused');
  return rows.flatMap(({ when, reason }) => {
    const least = when.nodeadm?.before ?? defaults.nodeadm.version;
    const message = `nodeadm ${quote(version)} cannot be used with ${spec.provider}: ${reason}; accepted: ${least} or newer`;
    return fault('nodeadm.version', message, `Use ${defaults.nodeadm.version}.`);
  });
}

/** `install --manifest-override` came with 1.0.16 and works without --private-mode from 1.0.18 on. */
function nodeadmKnowsMirrors({ spec }: ImageDraft): ImageFault[] {
  const { version, artifacts } = spec.nodeadm;
  if (artifacts.kind !== 'mirror' || compareVersions(version, leastNodeadmForMirror) >= 0) return [];
  const message = `nodeadm ${quote(version)} cannot install from a mirror; accepted: ${leastNodeadmForMirror} or newer`;
  return fault('nodeadm.version', message, `Use ${defaults.nodeadm.version}, or nodeadm.artifacts: 'aws'.`);
}

function nodeadmCanBeBuilt({ spec }: ImageDraft): ImageFault[] {
  const { version, artifacts } = spec.nodeadm;
  // Told by nodeadmKnowsMirrors.
  const isOld = compareVersions(version, leastNodeadmForMirror) < 0;
  if (artifacts.kind !== 'mirror' || isOld || pinnedNodeadm.includes(version)) return [];
  return onlyFromAws('nodeadm.version', `nodeadm ${quote(version)}`, pinnedNodeadm);
}

function kubernetesIsComplete({ spec }: ImageDraft): ImageFault[] {
  if (findPatch(spec.kubernetes) !== undefined || !isTestedMinor(spec.kubernetes)) return [];
  const message = `no patch of Kubernetes ${quote(spec.kubernetes)} is known to this release; accepted: a full version, or a minor of ${pinnedKubernetes.join(', ')}`;
  return fault('kubernetes', message, `Write major.minor.patch, such as '${spec.kubernetes}.0'.`);
}

function kubernetesCanBeBuilt({ spec }: ImageDraft): ImageFault[] {
  const patch = findPatch(spec.kubernetes);
  if (spec.nodeadm.artifacts.kind !== 'mirror' || patch === undefined || pinnedKubernetes.includes(patch)) return [];
  return onlyFromAws('kubernetes', `Kubernetes ${quote(patch)}`, pinnedKubernetes);
}

function onlyFromAws(path: string, what: string, pinned: readonly string[]): ImageFault[] {
  const message = `${what} is not pinned in this release (${pinned.join(', ')}): the mirror can only get it from AWS`;
  return warning(path, message, 'Where AWS cannot be reached, use a pinned version.');
}

function kubernetesIsSupported({ spec }: ImageDraft): ImageFault[] {
  if (isTestedMinor(spec.kubernetes)) return [];
  const message = `Kubernetes ${quote(spec.kubernetes)} is not supported; accepted: ${testedMinors.from} to ${testedMinors.to}, which nodeadm is tested with`;
  return fault('kubernetes', message, `Use one of these, such as '${defaults.kubernetes}'.`);
}

function isTestedMinor(version: string): boolean {
  const minor = version.split('.').slice(0, 2).join('.');
  return compareVersions(minor, testedMinors.from) >= 0 && compareVersions(minor, testedMinors.to) <= 0;
}
