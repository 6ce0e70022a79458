import { containerdSources, credentialProviders } from '../config/values.ts';
import { compatibility } from './data/compatibility.ts';
import type { Arch, ArtifactOrigin, ContainerdSource, CredentialProvider, ImageSpec, OsFamily } from './image-spec.ts';
import { compareVersions } from './kubernetes-versions.ts';
import type { Profile } from './profile.ts';

/** Conditions of a row: all that are given must hold. */
export interface CompatibilityCondition {
  family?: OsFamily;
  versions?: readonly string[];
  arch?: Arch;
  /** Minor versions, both ends belong to it. */
  kubernetes?: { from?: string; to?: string };
  nodeadm?: { before: string };
  containerd?: readonly ContainerdSource[];
  provider?: readonly CredentialProvider[];
  cni?: readonly Profile['cni'][];
  artifacts?: ArtifactOrigin['kind'];
}

export interface CompatibilityRow {
  id: string;
  /** What the row is about: where a fault of it belongs. */
  about:
    | 'operating-system'
    | 'kubernetes'
    | 'nodeadm'
    | 'containerd'
    | 'provider'
    /** The provider's program is there and does not run: the image renders and is not built. */
    | 'signing-helper'
    | 'cni'
    | 'processor';
  when: CompatibilityCondition;
  status: 'validated' | 'works' | 'refused' | 'caveat';
  /** A clause without a stop at its end. */
  reason: string;
  /** Where this was read. */
  source: string;
  /** Date of what was read, `2026-08-20`. */
  date: string;
  /** What of the reason was not found in a source that could be read. */
  doubt?: string;
}

/** What rows are compared with; a part that is left out matches no condition about it. */
export interface CompatibilityCase {
  os: Pick<ImageSpec['os'], 'family'> & { version?: string };
  arch?: Arch;
  kubernetes?: string;
  nodeadm?: string;
  containerd?: ContainerdSource;
  provider?: CredentialProvider;
  cni?: Profile['cni'];
  artifacts?: ArtifactOrigin['kind'];
}

export function caseOf(spec: ImageSpec): CompatibilityCase {
  const { os, arch, kubernetes, provider, nodeadm, profile } = spec;
  const { version, containerdSource, artifacts } = nodeadm;
  const own = { nodeadm: version, containerd: containerdSource, artifacts: artifacts.kind };
  return { os, arch, kubernetes, provider, cni: profile.cni, ...own };
}

export function matchingRows(subject: CompatibilityCase): CompatibilityRow[] {
  return compatibility.filter((row) => matches(row.when, subject));
}

function matches(when: CompatibilityCondition, subject: CompatibilityCase): boolean {
  const { os, arch, kubernetes, nodeadm, containerd, provider, cni, artifacts } = subject;
  return [
    when.family === undefined || when.family === os.family,
    when.versions === undefined || (os.version !== undefined && when.versions.includes(os.version)),
    when.arch === undefined || when.arch === arch,
    when.kubernetes === undefined || (kubernetes !== undefined && isInRange(kubernetes, when.kubernetes)),
    when.nodeadm === undefined || (nodeadm !== undefined && compareVersions(nodeadm, when.nodeadm.before) < 0),
    when.containerd === undefined || (containerd !== undefined && when.containerd.includes(containerd)),
    when.provider === undefined || (provider !== undefined && when.provider.includes(provider)),
    when.cni === undefined || (cni !== undefined && when.cni.includes(cni)),
    when.artifacts === undefined || when.artifacts === artifacts,
  ].every(Boolean);
}

/** By minor version: 1.36.4 is within `to: 1.36`. */
function isInRange(version: string, range: { from?: string; to?: string }): boolean {
  const minor = version.split('.').slice(0, 2).join('.');
  const { from = minor, to = minor } = range;
  return compareVersions(minor, from) >= 0 && compareVersions(minor, to) <= 0;
}

export interface Support {
  status: 'validated' | 'works' | 'refused';
  /** The notes in one line. */
  reason: string;
  notes: readonly string[];
}

/** What is known of an image, in words; without a row about its system it `works` at the user's risk. */
export function supportOf(spec: ImageSpec): Support {
  const rows = matchingRows(caseOf(spec));
  const system = rows.find((row) => row.about === 'operating-system');
  const unknown = `${spec.os.family} ${spec.os.version} is not on AWS's list of systems for hybrid nodes`;
  const others = rows.filter((row) => row.status === 'caveat' || row.status === 'refused').map((row) => row.reason);
  const notes = [system?.reason ?? unknown, ...others];
  const status = rows.some((row) => row.status === 'refused') ? 'refused' : plainStatus(system?.status);
  return { status, reason: notes.join('; '), notes };
}

function plainStatus(status: CompatibilityRow['status'] | undefined): Support['status'] {
  return status === 'validated' ? 'validated' : 'works';
}

/** Why a source of containerd cannot work on a system; undefined when it can. */
export function refusedContainerd(os: ImageSpec['os'], containerd: ContainerdSource): string | undefined {
  return refusal({ os, containerd }, 'containerd');
}

export function refusedProvider(os: ImageSpec['os'], provider: CredentialProvider): string | undefined {
  return refusal({ os, provider }, 'provider');
}

/** Why nodes of an image could not get credentials with what it installs; undefined when they can. */
export function refusedSigningHelper(spec: ImageSpec): string | undefined {
  return refusal(caseOf(spec), 'signing-helper');
}

export const signingHelperHint =
  "Use provider 'ssm' or a newer system; nodeadm.artifacts: 'mirror' installs a helper that hnf builds itself.";

function refusal(subject: CompatibilityCase, about: CompatibilityRow['about']): string | undefined {
  return matchingRows(subject).find((row) => row.status === 'refused' && row.about === about)?.reason;
}

export function providersFor(os: ImageSpec['os']): CredentialProvider[] {
  return credentialProviders.filter((provider) => refusedProvider(os, provider) === undefined);
}

export function containerdSourcesFor(os: ImageSpec['os']): ContainerdSource[] {
  return containerdSources.filter((source) => refusedContainerd(os, source) === undefined);
}
