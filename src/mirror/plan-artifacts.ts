import type { Arch, CredentialProvider } from '../catalog/image-spec.ts';
import { FactoryError } from '../core/errors.ts';
import type { AwsRelease } from './aws-release.ts';
import type { ArtifactBuilder } from './builder.ts';
import {
  type ArtifactName,
  type EksArtifactName,
  eksArtifactNames,
  type ItemOrigin,
  type MirrorRelease,
  signingHelperName,
} from './inventory.ts';

/** What to put into a mirror. */
export interface CollectRequest {
  /** Patch version without `v`, e.g. `1.34.2`. A minor (`1.34`) is accepted when AWS's manifest is reachable. */
  kubernetes: string;
  arch: Arch;
  provider: CredentialProvider;
  /** Without `v`. */
  nodeadmVersion: string;
  /** `auto`: what AWS publishes if that can be reached, else built here. Default `auto`. */
  origin?: 'auto' | ItemOrigin;
}

/** One file still to be fetched or built. */
export interface PlannedItem {
  name: ArtifactName;
  version: string;
  arch: Arch;
  origin: ItemOrigin;
  /** An https URL for `aws`, a package URL for `go`. */
  source: string;
  /** Only for `aws`. */
  checksumUrl?: string | undefined;
}

export interface ArtifactPlan {
  release: MirrorRelease;
  items: readonly PlannedItem[];
}

/** Everything built here: one version each, as pinned beside the Kubernetes version. */
export function planGoArtifacts(request: CollectRequest, builder: ArtifactBuilder): ArtifactPlan {
  const { kubernetes, arch } = request;
  if (!/^\d+\.\d+\.\d+$/.test(kubernetes)) {
    throw new FactoryError('input.invalid', `Kubernetes '${kubernetes}' cannot be built: a full version is needed`, {
      hint: 'Give the patch as well, e.g. 1.34.2.',
    });
  }
  const versionOf = (name: ArtifactName) =>
    name === 'nodeadm' ? request.nodeadmVersion : builder.versionFor(name, kubernetes);
  const plan = (name: ArtifactName): PlannedItem => {
    const version = versionOf(name);
    return { name, version, arch, origin: 'go', source: builder.sourceOf(name, version) };
  };
  const artifacts = Object.fromEntries(eksArtifactNames.map((name) => [name, versionOf(name)]));
  return {
    release: { kubernetes, arch, artifacts: artifacts as Record<EksArtifactName, string> },
    items: neededNames(request).map(plan),
  };
}

/** Everything as AWS publishes it. @throws FactoryError `input.invalid` naming what its manifest lacks. */
export function planAwsArtifacts(request: CollectRequest, aws: AwsRelease): ArtifactPlan {
  const { arch } = request;
  const missing = neededNames(request).filter((name) => aws.find(name, arch) === undefined);
  if (missing.length > 0) {
    throw new FactoryError(
      'input.invalid',
      `AWS publishes no ${missing.join(', ')} with Kubernetes ${aws.kubernetes} for ${arch}`,
    );
  }
  const items = neededNames(request).flatMap((name): PlannedItem[] => {
    const found = aws.find(name, arch);
    return found === undefined ? [] : [{ name, arch, origin: 'aws', ...found }];
  });
  const versions = Object.fromEntries(items.map((item) => [item.name, item.version]));
  return {
    release: {
      kubernetes: aws.kubernetes,
      arch,
      releaseDate: aws.releaseDate,
      artifacts: Object.fromEntries(eksArtifactNames.map((name) => [name, versions[name] ?? ''])) as Record<
        EksArtifactName,
        string
      >,
    },
    items,
  };
}

/** The helper is for IAM Roles Anywhere only; the SSM agent always comes from AWS's regional bucket (nodeadm ignores the manifest). */
function neededNames(request: CollectRequest): ArtifactName[] {
  return [
    'nodeadm',
    ...eksArtifactNames,
    ...(request.provider === 'iam-ra' ? [signingHelperName as ArtifactName] : []),
  ];
}
