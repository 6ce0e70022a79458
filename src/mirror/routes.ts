import { checksumText, type Inventory, itemPath, type MirrorItem } from './inventory.ts';
import { inventoryJson } from './inventory-file.ts';
import { buildReleaseManifest } from './release-manifest.ts';

/** What one path of the mirror answers; `what` is told when it was fetched. Everything else is 404: no request reaches another file. */
export type Route =
  | {
      kind: 'file';
      file: string;
      bytes: number;
      sha256: string;
      contentType: string;
      what: string;
      headers?: Readonly<Record<string, string>>;
    }
  /** A compressed copy; its size is asked of the file system. */
  | { kind: 'gzip'; file: string; what: string }
  /** `baseUrl` is the address the asking client used. */
  | { kind: 'text'; text: (baseUrl: string) => string; contentType: string; what?: string };

/** All paths of a mirror, with a leading slash. */
export function buildRoutes(inventory: Inventory, baseUrl: string | undefined): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  routes.set('/manifest.yaml', {
    kind: 'text',
    text: (asked) => buildReleaseManifest(inventory, baseUrl ?? asked),
    contentType: 'application/yaml',
    what: 'the release manifest',
  });
  routes.set('/inventory.json', {
    kind: 'text',
    text: (asked) => inventoryJson(inventory, baseUrl ?? asked),
    contentType: 'application/json',
    what: 'the inventory',
  });
  for (const item of inventory.items) addItem(routes, item);
  return routes;
}

function addItem(routes: Map<string, Route>, item: MirrorItem): void {
  const path = `/${itemPath(item)}`;
  const what = `${item.name} ${item.version} ${item.arch}`;
  const contentType = 'application/octet-stream';
  routes.set(path, { kind: 'file', file: item.file, bytes: item.bytes, sha256: item.sha256, contentType, what });
  const text = checksumText(item);
  routes.set(`${path}.sha256`, { kind: 'text', text: () => text, contentType: 'text/plain' });
  if (item.gzip) routes.set(`${path}.gz`, { kind: 'gzip', file: `${item.file}.gz`, what: `${what} (gzip)` });
}
