import type { ImageSpec } from '../../catalog/image-spec.ts';
import { isVcenterPath } from '../../config/vcenter-path.ts';
import { bundleFolders } from '../../mirror/bundle/bundle-folders.ts';
import type { BundleFile } from '../../mirror/bundle/write-bundle.ts';
import { provideSource, type SourceNeed } from '../image-build/provide-source.ts';
import { resolveChecksum } from '../image-build/source-checksum.ts';
import type { BundleRequest, Collected, PartContext } from './request.ts';

const limits = { answerTimeoutMs: 30_000, idleTimeoutMs: 60_000 };

/** Vendors' disks and media, and archives of container images: every file that a checksum is known for. */
export async function collectSources(request: BundleRequest, context: PartContext): Promise<Collected> {
  const needs = await listSources(request, context);
  const files: BundleFile[] = [];
  for (const { url, sha256 } of needs) {
    context.tell(url);
    const file = await provideSource({ url, sha256 }, context);
    files.push({ path: `${bundleFolders.sources}/${sha256}`, file });
  }
  return { files: uniqueFiles(files), content: { sources: needs } };
}

/** Addresses of what a cell is made of, as far as they are known; what lies in a vCenter stays there. Pure. */
export function listSourceUrls({ source, profile }: ImageSpec): string[] {
  const archives = profile.preload.flatMap(({ from }) => (from.kind === 'archive' ? [from.url] : []));
  if (source.kind === 'bootstrap' || source.url === null || isVcenterPath(source.url)) return archives;
  return [source.url, ...archives];
}

/** By address: one file may stand for several. */
async function listSources({ cells }: BundleRequest, context: PartContext): Promise<SourceNeed[]> {
  const needs = new Map<string, SourceNeed>();
  const add = (url: string, sha256: string) => needs.set(url, { url, sha256 });
  for (const spec of cells) {
    for (const { from } of spec.profile.preload) if (from.kind === 'archive') add(from.url, from.sha256);
    const { source, name } = spec;
    if (source.kind === 'bootstrap' || (source.url !== null && isVcenterPath(source.url))) continue;
    const checksum = source.url === null ? undefined : await findChecksum(source.url, source.checksum, context);
    if (source.url !== null && checksum !== undefined) add(source.url, checksum);
    else context.log.warn(`the source of '${name}' has no address with a checksum: bring it along yourself`);
  }
  return [...needs.values()].sort((a, b) => (a.url < b.url ? -1 : 1));
}

function findChecksum(url: string, checksum: string | null, context: PartContext): Promise<string | undefined> {
  return resolveChecksum(checksum ?? 'none', url, { ...context, ...limits });
}

function uniqueFiles(files: readonly BundleFile[]): BundleFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
