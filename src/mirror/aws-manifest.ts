import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { z } from 'zod';
import type { Arch } from '../catalog/image-spec.ts';
import { FactoryError, messageOf } from '../core/errors.ts';
import { compareVersions, minorOf } from './inventory.ts';
import type { RegionTable } from './regions.ts';

/** Versions and dates become folder names. */
const Version = z.string().regex(/^v?\d[0-9A-Za-z.+_-]*$/, 'a version');
const ReleaseDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date like 2026-01-31');

/** Only the fields we use; AWS may add more at any time. */
const Artifact = z.object({
  name: z.string(),
  arch: z.string(),
  os: z.string(),
  uri: z.string(),
  checksum_uri: z.string().optional(),
});

const ReleaseManifest = z.object({
  supported_eks_releases: z.array(
    z.object({
      major_minor_version: z.string(),
      latest_patch_version: z.string(),
      patch_releases: z.array(
        z.object({ version: Version, release_date: ReleaseDate.optional(), artifacts: z.array(Artifact) }),
      ),
    }),
  ),
  iam_roles_anywhere_releases: z.array(z.object({ version: Version, artifacts: z.array(Artifact) })),
  region_config: z.record(
    z.string(),
    z.object({
      ecr_account_id: z.string(),
      partition: z.string().default('aws'),
      dns_suffix: z.string().default('amazonaws.com'),
    }),
  ),
});

export type ReleaseManifest = z.infer<typeof ReleaseManifest>;
export type PublishedArtifact = z.infer<typeof Artifact>;
export type PublishedRelease = ReleaseManifest['supported_eks_releases'][number]['patch_releases'][number];

/** @throws FactoryError `network.failed` listing what is not as nodeadm's release manifest has it. */
export function parseReleaseManifest(text: string, url: string): ReleaseManifest {
  const parsed = ReleaseManifest.safeParse(loadYaml(text, url));
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`);
  throw new FactoryError('network.failed', `${url} is not a release manifest of nodeadm`, { details });
}

function loadYaml(text: string, url: string): unknown {
  try {
    // Every scalar as text, quoted or not: a version is never a number here.
    return load(text, { schema: FAILSAFE_SCHEMA });
  } catch (cause) {
    throw new FactoryError('network.failed', `${url} is not YAML: ${messageOf(cause)}`, { cause });
  }
}

/** The newest build of a version: `1.34.2` means this patch, `1.34` its minor's latest, as nodeadm reads it. */
export function findRelease(manifest: ReleaseManifest, kubernetes: string): PublishedRelease | undefined {
  const minor = manifest.supported_eks_releases.find((entry) => entry.major_minor_version === minorOf(kubernetes));
  if (minor === undefined) return undefined;
  const wanted = kubernetes === minorOf(kubernetes) ? `${kubernetes}.${minor.latest_patch_version}` : kubernetes;
  return minor.patch_releases
    .filter((release) => release.version === wanted)
    .toSorted((a, b) => ((a.release_date ?? '') < (b.release_date ?? '') ? -1 : 1))
    .at(-1);
}

/** Every published patch version, oldest first. */
export function publishedVersions(manifest: ReleaseManifest): string[] {
  const all = manifest.supported_eks_releases.flatMap((minor) =>
    minor.patch_releases.map((release) => release.version),
  );
  return [...new Set(all)].toSorted(compareVersions);
}

export function findPublished(
  artifacts: readonly PublishedArtifact[],
  name: string,
  arch: Arch,
): PublishedArtifact | undefined {
  return artifacts.find((item) => item.name === name && item.arch === arch && item.os === 'linux');
}

/** The newest IAM Roles Anywhere helper. */
export function findNewestHelper(
  manifest: ReleaseManifest,
): ReleaseManifest['iam_roles_anywhere_releases'][number] | undefined {
  return manifest.iam_roles_anywhere_releases.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1);
}

export function regionsOf(manifest: ReleaseManifest): RegionTable {
  return Object.fromEntries(
    Object.entries(manifest.region_config).map(([region, entry]) => [
      region,
      { ecrAccountId: entry.ecr_account_id, partition: entry.partition, dnsSuffix: entry.dns_suffix },
    ]),
  );
}
