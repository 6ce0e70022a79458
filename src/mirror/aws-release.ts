import type { Arch } from '../catalog/image-spec.ts';
import { FactoryError } from '../core/errors.ts';
import { fetchText, type HttpContext } from '../core/http-get.ts';
import {
  findNewestHelper,
  findPublished,
  findRelease,
  parseReleaseManifest,
  publishedVersions,
  regionsOf,
} from './aws-manifest.ts';
import { type ArtifactName, signingHelperName } from './inventory.ts';
import type { RegionTable } from './regions.ts';

/** https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-nodeadm.html */
export const awsAssetsUrl = 'https://hybrid-assets.eks.amazonaws.com';

/** Without a route to AWS a build must not wait. */
const answerTimeoutMs = 3000;
const maxManifestBytes = 8 * 1024 * 1024;

export interface PublishedFile {
  version: string;
  source: string;
  checksumUrl: string;
}

/** One Kubernetes release as AWS publishes it, with the nodeadm that was asked for. */
export interface AwsRelease {
  kubernetes: string;
  releaseDate: string | undefined;
  regions: RegionTable;
  find(name: ArtifactName, arch: Arch): PublishedFile | undefined;
}

/**
 * Reads AWS's release manifest and picks a release.
 * @throws FactoryError `network.failed` when it cannot be had, `input.invalid` when it lacks the version.
 */
export async function findAwsRelease(
  assetsUrl: string,
  kubernetes: string,
  nodeadmVersion: string,
  context: Pick<HttpContext, 'signal' | 'env'>,
): Promise<AwsRelease> {
  const url = `${assetsUrl}/manifest.yaml`;
  const limits = { answerTimeoutMs, idleTimeoutMs: 10_000 };
  const manifest = parseReleaseManifest(await fetchText(url, maxManifestBytes, { ...context, ...limits }), url);
  const release = findRelease(manifest, kubernetes);
  if (release === undefined) {
    const known = publishedVersions(manifest).join(', ');
    throw new FactoryError('input.invalid', `AWS publishes no Kubernetes '${kubernetes}'; accepted are ${known}`);
  }
  const helper = findNewestHelper(manifest);
  return {
    kubernetes: release.version,
    releaseDate: release.release_date,
    regions: regionsOf(manifest),
    find(name, arch) {
      if (name === 'nodeadm') return nodeadmFile(assetsUrl, nodeadmVersion, arch);
      const isHelper = name === signingHelperName;
      const found = findPublished((isHelper ? helper?.artifacts : release.artifacts) ?? [], name, arch);
      if (found?.checksum_uri === undefined) return undefined;
      checkScheme(assetsUrl, found.uri, found.checksum_uri);
      const own = isHelper ? helper?.version.replace(/^v/, '') : undefined;
      const version = own ?? versionOf(name, release.version, release.release_date);
      return { version, source: found.uri, checksumUrl: found.checksum_uri };
    },
  };
}

/**
 * kubelet and kubectl are the release. The rest carries no version of its own in AWS's manifest, and may be rebuilt from one
 * release to the next, so it is named after the release it came with.
 */
function versionOf(name: ArtifactName, kubernetes: string, releaseDate: string | undefined): string {
  if (name === 'kubelet' || name === 'kubectl') return kubernetes;
  return `eks-${kubernetes}${releaseDate === undefined ? '' : `-${releaseDate}`}`;
}

function nodeadmFile(assetsUrl: string, version: string, arch: Arch): PublishedFile {
  const source = `${assetsUrl}/releases/v${version}/bin/linux/${arch}/nodeadm`;
  return { version, source, checksumUrl: `${source}.sha256` };
}

/** A checksum that came over plain http proves nothing. */
function checkScheme(assetsUrl: string, ...urls: string[]): void {
  const scheme = new URL(assetsUrl).protocol;
  const wrong = urls.find((url) => !url.startsWith(scheme));
  if (wrong === undefined) return;
  throw new FactoryError('network.failed', `${assetsUrl}/manifest.yaml names '${wrong}'; accepted is ${scheme}//…`);
}
