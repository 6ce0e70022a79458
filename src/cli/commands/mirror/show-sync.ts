import { join } from 'node:path';
import { formatBytes } from '../../../core/sizes.ts';
import { inventoryComponents } from '../../../mirror/components.ts';
import { manifestFileName } from '../../../mirror/inventory-file.ts';
import type { SyncPlan } from '../../../mirror/sync.ts';
import type { WrittenMirror } from '../../../mirror/write-mirror.ts';
import { formatTable } from '../../view/table.ts';

export function formatPlan(plan: SyncPlan): string {
  const rows = plan.artifacts.map((item) => [item.path, item.origin, item.source]);
  const lead = `would put into ${plan.folder}, with a manifest for ${plan.baseUrl}:\n`;
  return `${lead}${formatTable(['path', 'origin', 'source'], rows)}`;
}

export function formatWritten(mirror: WrittenMirror): string {
  const rows = inventoryComponents(mirror.inventory).map((item) => [
    item.path,
    item.origin,
    formatBytes(item.bytes),
    item.sha256.slice(0, 12),
    stateOf(mirror, item.path),
  ]);
  const table = formatTable(['path', 'origin', 'size', 'sha256', ''], rows, [2]);
  return `${table}\n${join(mirror.folder, manifestFileName)} is for ${mirror.baseUrl}\n`;
}

export function syncJson(mirror: WrittenMirror): unknown {
  return {
    folder: mirror.folder,
    baseUrl: mirror.baseUrl,
    manifest: join(mirror.folder, manifestFileName),
    releases: mirror.inventory.releases,
    artifacts: inventoryComponents(mirror.inventory).map((item) => ({ ...item, state: stateOf(mirror, item.path) })),
  };
}

function stateOf(mirror: WrittenMirror, path: string): 'written' | 'unchanged' | 'kept' {
  if (mirror.written.includes(path)) return 'written';
  return mirror.unchanged.includes(path) ? 'unchanged' : 'kept';
}
