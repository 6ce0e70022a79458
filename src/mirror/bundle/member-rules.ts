import { bundleFolders } from './bundle-folders.ts';
import type { BundleManifest, BundleMember } from './bundle-manifest.ts';

/** First in the archive, so that everything behind it can be judged while it is read. */
export const bundleManifestName = 'bundle.json';

/** Relative, ASCII, no part that leads elsewhere: what every tar and every file system takes as it is. */
const memberPath = /^(?!.*(^|\/)\.{1,2}(\/|$))[A-Za-z0-9_][A-Za-z0-9._+~:=@%-]*(\/[A-Za-z0-9._+~:=@%-]+)*$/;

/** ustar holds a path in two fields, cut at a slash. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html */
const nameBytes = 100;
const prefixBytes = 155;

export function isMemberPath(path: string): boolean {
  return memberPath.test(path) && fitsTar(path);
}

function fitsTar(path: string): boolean {
  if (path.length <= nameBytes) return true;
  const cut = path.indexOf('/', path.length - nameBytes - 1);
  return cut > 0 && cut <= prefixBytes;
}

/** Each path once, no file where another needs a folder, nothing in the manifest's own place. What is wrong, in words. */
export function findMemberFault(members: readonly Pick<BundleMember, 'path'>[]): string | undefined {
  const paths = members.map(({ path }) => path).sort();
  const odd = paths.find((path) => !isMemberPath(path));
  if (odd !== undefined) return `${JSON.stringify(odd)} cannot be a member of a bundle`;
  const own = paths.find((path) => `${path}/`.startsWith(`${bundleManifestName}/`));
  if (own !== undefined) return `'${own}' cannot be one of its members`;
  const known = new Set<string>();
  for (const path of paths) {
    if (known.has(path)) return `'${path}' is there twice`;
    known.add(path);
  }
  const blocked = paths.find((path) => foldersOf(path).some((folder) => known.has(folder)));
  return blocked === undefined ? undefined : `'${blocked}' lies below another file`;
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

const blobPath = new RegExp(`^${bundleFolders.images}/blobs/sha256/([0-9a-f]{64})$`);

/** Files that others look up by their SHA-256 have it: a source, a part of a container image. What is wrong, in words. */
export function findContentFault({
  content,
  members,
}: Pick<BundleManifest, 'content' | 'members'>): string | undefined {
  const blob = members.find(({ path, sha256 }) => (blobPath.exec(path)?.[1] ?? sha256) !== sha256);
  if (blob !== undefined) return `'${blob.path}' is not named by its SHA-256`;
  const sums = new Map(members.map(({ path, sha256 }) => [path, sha256]));
  const source = content.sources.find(({ sha256 }) => sums.get(`${bundleFolders.sources}/${sha256}`) !== sha256);
  return source === undefined ? undefined : `its source '${source.url}' is not among its members`;
}
