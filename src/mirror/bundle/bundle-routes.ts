import { join } from 'node:path';
import { layoutBlobPath, layoutIndexName, listImageBlobs, readLayout } from '../oci/layout.ts';
import { parseImageReference } from '../oci/reference.ts';
import type { Route } from '../routes.ts';
import { bundleFolders } from './bundle-folders.ts';
import type { BundleMember } from './bundle-manifest.ts';
import type { Bundle } from './check-files.ts';

/**
 * What a bundle answers beside its artifact mirror:
 * - every file by its path: `/packages/…`, `/images/…`, `/tools/…`
 * - package archives also by their own addresses, as the proxy that apt is told to use: `http://deb.debian.org/debian/…`
 * - container images by the registry API, below their registry's name: `/v2/registry.k8s.io/pause/manifests/3.10`
 *
 * Only what the manifest lists is answered.
 */
export async function buildBundleRoutes(bundle: Bundle): Promise<Map<string, Route>> {
  const routes = new Map<string, Route>();
  for (const member of bundle.manifest.members) {
    const route = fileRoute(bundle, member);
    routes.set(`/${member.path}`, route);
    const address = findProxyAddress(member);
    if (address !== undefined) routes.set(address, route);
  }
  await addRegistry(routes, bundle);
  return routes;
}

function fileRoute({ folder }: Bundle, { path, bytes, sha256 }: BundleMember): Route & { kind: 'file' } {
  const contentType = path.endsWith('.json') ? 'application/json' : 'application/octet-stream';
  return { kind: 'file', file: join(folder, path), bytes, sha256, contentType, what: path.split('/').at(-1) ?? path };
}

/** Only plain http goes through a proxy as a whole address. */
function findProxyAddress({ path }: BundleMember): string | undefined {
  const prefix = `${bundleFolders.packages}/`;
  return path.startsWith(prefix) ? `http://${path.slice(prefix.length)}` : undefined;
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints, the reading half. */
async function addRegistry(routes: Map<string, Route>, bundle: Bundle): Promise<void> {
  const members = new Map(bundle.manifest.members.map((member) => [member.path, member]));
  if (!members.has(`${bundleFolders.images}/${layoutIndexName}`)) return;
  const folder = join(bundle.folder, bundleFolders.images);
  routes.set('/v2/', { kind: 'text', text: () => '{}', contentType: 'application/json' });
  for (const image of await readLayout(folder)) {
    const { registry, repository, target } = parseImageReference(image.reference);
    const base = `/v2/${registry}/${repository}`;
    for (const { digest, mediaType, isManifest } of await listImageBlobs(folder, image)) {
      const member = members.get(`${bundleFolders.images}/${layoutBlobPath(digest)}`);
      if (member === undefined) continue;
      const headers = { 'docker-content-digest': digest };
      const route: Route = { ...fileRoute(bundle, member), contentType: mediaType, headers, what: image.reference };
      routes.set(`${base}/blobs/${digest}`, route);
      if (!isManifest) continue;
      routes.set(`${base}/manifests/${digest}`, route);
      if (digest === image.digest) routes.set(`${base}/manifests/${target}`, route);
    }
  }
}
