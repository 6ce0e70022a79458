import { cellId } from '../../catalog/image-spec.ts';
import { pinnedVersions } from '../../tools/table.ts';
import { listArtifactNeeds } from './collect-artifacts.ts';
import { listBundleImages } from './collect-images.ts';
import { listSourceUrls } from './collect-sources.ts';
import { listBundleTools } from './collect-tools.ts';
import type { BundlePart, BundleRequest } from './request.ts';

/** What a bundle would hold; nothing is asked of the network. Pure. */
export function planBundle(request: BundleRequest): { part: BundlePart; what: string }[] {
  const versions: Readonly<Record<string, string | undefined>> = pinnedVersions();
  const plan: Record<BundlePart, string[]> = {
    tools: listBundleTools(request).map((name) => `${name} ${versions[name] ?? ''}`),
    artifacts: listArtifactNeeds(request).map(({ kubernetes, arch, provider, nodeadmVersion }) => {
      return `Kubernetes ${kubernetes} ${arch}, nodeadm ${nodeadmVersion}, ${provider}`;
    }),
    packages: request.cells.map((spec) =>
      spec.source.kind === 'bootstrap'
        ? `what ${cellId(spec)} is made of, from ${spec.source.mirror}`
        : `a list of what ${cellId(spec)} asks its package mirror for`,
    ),
    images: listBundleImages(request).map(({ reference, archs }) => `${reference} ${archs.join(', ')}`),
    sources: [...new Set(request.cells.flatMap(listSourceUrls))],
  };
  return request.parts.flatMap((part) => plan[part].map((what) => ({ part, what })));
}
