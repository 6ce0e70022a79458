import { defaults } from '../config/defaults.ts';
import { quote } from '../config/findings.ts';
import type { ImageDraft } from './draft-image.ts';
import { containerdSourcesFor, providersFor } from './family-choices.ts';
import { compareVersions, findPatch, pinnedKubernetes, pinnedNodeadm, testedMinors } from './kubernetes-versions.ts';

export interface ImageFault {
  severity: 'error' | 'warning';
  /** Path inside the image. */
  path: string;
  message: string;
  hint?: string;
}

/** One thing that must hold for an image to be buildable by this release. */
export type ImageRule = (draft: ImageDraft) => ImageFault | undefined;

export const imageRules: readonly ImageRule[] = [
  familyHasRecipe,
  archHasBuilder,
  bootstrapMatchesOs,
  providerWorksOnOs,
  containerdWorksOnOs,
  nodeadmIsNewEnoughForSsm,
  nodeadmKnowsMirrors,
  nodeadmCanBeBuilt,
  kubernetesIsSupported,
  kubernetesIsComplete,
  kubernetesCanBeBuilt,
  diskIsLargeEnough,
];

/** nodeadm 1.0.3 to 1.0.18 carry a key that expired on 2026-07-15; with them every SSM installation fails (eks-hybrid #863). */
const leastNodeadmForSsm = '1.0.19';

const leastNodeadmForMirror = '1.0.18';

function error(path: string, message: string, hint: string): ImageFault {
  return { severity: 'error', path, message, hint };
}

function familyHasRecipe({ spec, facts }: ImageDraft): ImageFault | undefined {
  if (facts.buildable) return undefined;
  const message = `this release has no recipe for ${facts.title} (${quote(spec.os.family)}); accepted: debian, ubuntu`;
  return error('os', message, 'Use a newer hnf, or an image of another family.');
}

function archHasBuilder({ spec, limits }: ImageDraft): ImageFault | undefined {
  if (limits.arches.includes(spec.arch)) return undefined;
  return error(
    'arch',
    `${quote(spec.arch)} cannot be built here; accepted: ${limits.arches.join(', ')}`,
    `Use ${limits.arches[0]}.`,
  );
}

function bootstrapMatchesOs({ spec }: ImageDraft): ImageFault | undefined {
  const { source, os } = spec;
  if (source.kind !== 'bootstrap' || (os.family === 'debian' && source.suite === os.codename)) return undefined;
  const message = `suite ${quote(source.suite)} is not ${os.family} ${os.version} (${os.codename}); accepted: the suite of the image's os`;
  return error('source', message, 'Give os and source.suite of the same Debian release.');
}

function providerWorksOnOs({ spec, facts }: ImageDraft): ImageFault | undefined {
  const reason = facts.refusedProvider[spec.provider];
  if (reason === undefined) return undefined;
  const accepted = providersFor(facts).join(', ');
  return error(
    'provider',
    `${quote(spec.provider)} does not work on ${facts.title}: ${reason}; accepted: ${accepted}`,
    `Use ${accepted}.`,
  );
}

function containerdWorksOnOs({ spec, facts }: ImageDraft): ImageFault | undefined {
  const source = spec.nodeadm.containerdSource;
  const reason = facts.refusedContainerd[source];
  if (reason === undefined) return undefined;
  const accepted = containerdSourcesFor(facts).join(', ');
  const message = `containerd from ${quote(source)} does not work on ${facts.title}: ${reason}; accepted: ${accepted}`;
  return error('nodeadm.containerdSource', message, `Use ${accepted.replace(', ', ' or ')}.`);
}

function nodeadmIsNewEnoughForSsm({ spec }: ImageDraft): ImageFault | undefined {
  const { version } = spec.nodeadm;
  if (spec.provider !== 'ssm' || compareVersions(version, leastNodeadmForSsm) >= 0) return undefined;
  const reason = 'the key with which it checks the SSM agent expired on 2026-07-15';
  const message = `nodeadm ${quote(version)} cannot install SSM: ${reason}; accepted: ${leastNodeadmForSsm} or newer`;
  return error('nodeadm.version', message, `Use ${leastNodeadmForSsm} or newer.`);
}

/** `install --manifest-override` came with 1.0.16 and works without --private-mode from 1.0.18 on. */
function nodeadmKnowsMirrors({ spec }: ImageDraft): ImageFault | undefined {
  const { version, artifacts } = spec.nodeadm;
  if (artifacts.kind !== 'mirror' || compareVersions(version, leastNodeadmForMirror) >= 0) return undefined;
  const message = `nodeadm ${quote(version)} cannot install from a mirror; accepted: ${leastNodeadmForMirror} or newer`;
  return error('nodeadm.version', message, `Use ${defaults.nodeadm.version}, or nodeadm.artifacts: 'aws'.`);
}

function nodeadmCanBeBuilt({ spec }: ImageDraft): ImageFault | undefined {
  const { version, artifacts } = spec.nodeadm;
  // Told by nodeadmKnowsMirrors.
  const isOld = compareVersions(version, leastNodeadmForMirror) < 0;
  if (artifacts.kind !== 'mirror' || isOld || pinnedNodeadm.includes(version)) return undefined;
  return onlyFromAws('nodeadm.version', `nodeadm ${quote(version)}`, pinnedNodeadm);
}

function kubernetesIsComplete({ spec }: ImageDraft): ImageFault | undefined {
  if (findPatch(spec.kubernetes) !== undefined || !isTestedMinor(spec.kubernetes)) return undefined;
  const message = `no patch of Kubernetes ${quote(spec.kubernetes)} is known to this release; accepted: a full version, or a minor of ${pinnedKubernetes.join(', ')}`;
  return error('kubernetes', message, `Write major.minor.patch, such as '${spec.kubernetes}.0'.`);
}

function kubernetesCanBeBuilt({ spec }: ImageDraft): ImageFault | undefined {
  const patch = findPatch(spec.kubernetes);
  if (spec.nodeadm.artifacts.kind !== 'mirror' || patch === undefined || pinnedKubernetes.includes(patch))
    return undefined;
  return onlyFromAws('kubernetes', `Kubernetes ${quote(patch)}`, pinnedKubernetes);
}

function onlyFromAws(path: string, what: string, pinned: readonly string[]): ImageFault {
  const message = `${what} is not pinned in this release (${pinned.join(', ')}): the mirror can only get it from AWS`;
  return { severity: 'warning', path, message, hint: 'Where AWS cannot be reached, use a pinned version.' };
}

function kubernetesIsSupported({ spec }: ImageDraft): ImageFault | undefined {
  const { oldest, newest } = testedMinors;
  if (isTestedMinor(spec.kubernetes)) return undefined;
  const message = `Kubernetes ${quote(spec.kubernetes)} is not supported; accepted: 1.${oldest} to 1.${newest}, which nodeadm is tested with`;
  return error('kubernetes', message, `Use one of these, such as '${defaults.kubernetes}'.`);
}

function isTestedMinor(version: string): boolean {
  const minor = Number(version.split('.')[1]);
  return minor >= testedMinors.oldest && minor <= testedMinors.newest;
}

function diskIsLargeEnough({ spec, limits }: ImageDraft): ImageFault | undefined {
  if (spec.disk.sizeGiB >= limits.leastDiskGiB) return undefined;
  const message = `${spec.disk.sizeGiB} GiB are too few for the system and nodeadm's programs; accepted: at least ${limits.leastDiskGiB}`;
  return error('disk.sizeGiB', message, `Use ${limits.leastDiskGiB} or more.`);
}
