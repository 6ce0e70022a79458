import { bundleFolders } from '../../mirror/bundle/bundle-routes.ts';
import type { BundleFile } from '../../mirror/bundle/write-bundle.ts';
import { provideSource, type SourceNeed } from '../image-build/provide-source.ts';
import { resolveChecksum } from '../image-build/source-checksum.ts';
import type { BundleRequest, Collected, PartContext } from './request.ts';

const limits = { answerTimeoutMs: 30_000, idleTimeoutMs: 60_000 };

/** Vendors' disks and media, and archives of container images: every file that a checksum is known for. */
export async function collectSources(request: BundleRequest, context: PartContext): Promise<Collected> {
  const needs = await listSources(request, context);
  const files: BundleFile[] = [];
  for (const need of needs) {
    context.tell(need.url);
    const file = await provideSource(need, context);
    files.push({ path: `${bundleFolders.sources}/${need.sha256}`, file });
  }
  return { files, content: { sources: needs } };
}

/** By checksum. A source that the user gives when building, or without a checksum, is the user's to bring along. */
async function listSources({ cells }: BundleRequest, context: PartContext): Promise<SourceNeed[]> {
  const needs = new Map<string, SourceNeed>();
  for (const { name, source, profile } of cells) {
    for (const { from } of profile.preload) {
      if (from.kind === 'archive') needs.set(from.sha256, { url: from.url, sha256: from.sha256 });
    }
    if (source.kind === 'bootstrap') continue;
    if (source.url === null || source.checksum === null || source.checksum === 'none') {
      context.log.warn(`the source of '${name}' is not in the catalog with a checksum: bring it along yourself`);
      continue;
    }
    const sha256 = await resolveChecksum(source.checksum, source.url, { ...context, ...limits });
    if (sha256 !== undefined) needs.set(sha256, { url: source.url, sha256 });
  }
  return [...needs.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}
