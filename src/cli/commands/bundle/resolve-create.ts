import { resolve } from 'node:path';
import type { Arch, CredentialProvider, ImageSpec } from '../../../catalog/image-spec.ts';
import { FactoryError } from '../../../core/errors.ts';
import { type ArtifactNeed, type BundlePart, type BundleRequest, bundleParts } from '../../../flows/bundle/request.ts';
import { parseImageReference } from '../../../mirror/oci/reference.ts';
import { hostPlatform } from '../../../tools/platform.ts';
import { pinnedVersions } from '../../../tools/table.ts';
import { type CommandContext, type CommandInput, findText, listOf } from '../../command.ts';
import { packageVersion } from '../../package-version.ts';
import { resolveCell } from '../../resolve-cell.ts';

/** The request a command line means. @throws FactoryError exit code 2 */
export async function resolveCreate(context: CommandContext, input: CommandInput): Promise<BundleRequest> {
  const cells: ImageSpec[] = [];
  // Where a build writes its artifacts is another matter.
  const { output: _output, ...flags } = input.options;
  for (const name of input.args) cells.push((await resolveCell(context, { ...input, args: [name] }, { flags })).spec);
  const target = resolve(context.cwd, findText(input, 'output') ?? 'bundle.tar');
  if (!/\.(tar|tar\.gz|tgz)$/.test(target)) {
    throw new FactoryError('usage', `--output '${target}' says no format; accepted: a name ending in .tar or .tar.gz`);
  }
  const archs = cells.length === 0 ? [parseArch(input)] : [...new Set(cells.map(({ arch }) => arch))];
  return {
    cells,
    artifacts: cells.length === 0 ? [parseArtifacts(input)] : [],
    images: listOf(input, 'image').flatMap((text) => {
      const { text: reference } = parseImageReference(text);
      return archs.map((arch) => ({ reference, arch }));
    }),
    parts: parseParts(findText(input, 'without')),
    target,
    toolVersion: packageVersion(),
  };
}

function parseArtifacts(input: CommandInput): ArtifactNeed {
  const pinned = pinnedVersions();
  return {
    kubernetes: findText(input, 'kubernetes') ?? pinned.kubelet,
    arch: parseArch(input),
    provider: (findText(input, 'provider') as CredentialProvider | undefined) ?? 'iam-ra',
    nodeadmVersion: pinned.nodeadm,
  };
}

function parseArch(input: CommandInput): Arch {
  return (findText(input, 'arch') as Arch | undefined) ?? hostPlatform().arch;
}

function parseParts(without: string | undefined): BundlePart[] {
  const left = (without ?? '').split(',').filter((part) => part !== '');
  for (const part of left) {
    if (bundleParts.some((known) => known === part)) continue;
    throw new FactoryError('usage', `--without '${part}' is unknown; accepted: ${bundleParts.join(', ')}`);
  }
  return bundleParts.filter((part) => !left.includes(part));
}
