import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files.ts';
import { canonicalJson } from '../../core/hash.ts';
import { defaultBaseUrl } from '../../mirror/base-url.ts';
import { bundleFolders } from '../../mirror/bundle/bundle-folders.ts';
import type { BundleFile } from '../../mirror/bundle/write-bundle.ts';
import { collectArtifacts as collect } from '../../mirror/collect.ts';
import { createGoBuilder } from '../../mirror/go-builder.ts';
import { checksumText, type Inventory, itemPath, mergeInventories } from '../../mirror/inventory.ts';
import { inventoryFileName, inventoryJson, manifestFileName } from '../../mirror/inventory-file.ts';
import { findInventoryGaps } from '../../mirror/inventory-gaps.ts';
import { buildReleaseManifest } from '../../mirror/release-manifest.ts';
import { createToolsContext } from '../../tools/context.ts';
import type { ArtifactNeed, BundleRequest, Collected, PartContext } from './request.ts';

/** Each once. */
export function listArtifactNeeds({ cells, artifacts }: Pick<BundleRequest, 'cells' | 'artifacts'>): ArtifactNeed[] {
  const needs = [
    ...cells.map(({ kubernetes, arch, provider, nodeadm }) => {
      return { kubernetes, arch, provider, nodeadmVersion: nodeadm.version };
    }),
    ...artifacts,
  ];
  return [...new Map(needs.map((need) => [canonicalJson({ ...need }), need])).values()];
}

/** An artifact mirror as `hnf mirror sync` writes it. @throws FactoryError `check.failed` when it would not be whole */
export async function collectArtifacts(request: BundleRequest, context: PartContext): Promise<Collected> {
  let inventory: Inventory = { releases: [], items: [], regions: {} };
  const label = { operation: 'bundle create', subject: 'bundle', phase: 'artifacts' };
  const emit: PartContext['emit'] = ({ detail }) => context.tell(detail ?? '');
  const builder = createGoBuilder(createToolsContext({ ...context, emit }));
  for (const need of listArtifactNeeds(request)) {
    inventory = mergeInventories(inventory, await collect(need, { ...context, emit, label, builder }));
  }
  const details = findInventoryGaps(inventory);
  if (details.length > 0) {
    throw new FactoryError('check.failed', 'what was collected does not make a whole mirror', { details });
  }
  const files: BundleFile[] = [];
  const addText = async (path: string, text: string) => {
    const file = join(context.workFolder, 'mirror', path);
    await writeFileAtomic(file, text);
    files.push({ path: `${bundleFolders.mirror}/${path}`, file });
  };
  for (const item of inventory.items) {
    files.push({ path: `${bundleFolders.mirror}/${itemPath(item)}`, file: item.file });
    await addText(`${itemPath(item)}.sha256`, checksumText(item));
  }
  await addText(inventoryFileName, inventoryJson(inventory, defaultBaseUrl));
  // `hnf bundle serve` answers with one for whatever address it is asked at.
  await addText(manifestFileName, buildReleaseManifest(inventory, defaultBaseUrl));
  const kubernetes = inventory.releases.map((release) => ({ version: release.kubernetes, arch: release.arch }));
  return { files, content: { kubernetes } };
}
