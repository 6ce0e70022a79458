import { z } from 'zod';
import { FactoryError, messageOf } from '../../core/errors.ts';
import { canonicalJson, type JsonValue, sha256 } from '../../core/hash.ts';

/** First in the archive, so that everything behind it can be judged while it is read. */
export const bundleManifestName = 'bundle.json';

/**
 * Member names that every tar and every file system takes as they are: relative, ASCII, no part that leads elsewhere. The length is
 * what ustar holds without extensions.
 */
const memberPath =
  /^(?=.{1,240}$)(?!.*(^|\/)\.{1,2}(\/|$))[A-Za-z0-9_][A-Za-z0-9._+~:=@%-]*(\/[A-Za-z0-9._+~:=@%-]+)*$/;

const Digest = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');

const Member = z.strictObject({
  path: z.string().regex(memberPath, 'a plain relative path'),
  bytes: z.int().nonnegative(),
  sha256: Digest,
  executable: z.boolean(),
});

const Content = z.strictObject({
  /** Version of hnf that made it; tools are found by the same one. */
  hnf: z.string(),
  /** Cells it was made for, e.g. `debian12-lab/amd64/bootstrap/qemu/iam-ra`. */
  cells: z.array(z.string()),
  /** Tools and their versions. */
  tools: z.array(z.strictObject({ name: z.string(), version: z.string(), platform: z.string() })),
  /** Kubernetes releases of the artifact mirror. */
  kubernetes: z.array(z.strictObject({ version: z.string(), arch: z.string() })),
  /** Package archives by their address, each with the suites and how many packages of it are there. */
  packages: z.array(z.strictObject({ url: z.string(), suites: z.array(z.string()), packages: z.int() })),
  /** Container images, by reference and digest. */
  images: z.array(z.strictObject({ reference: z.string(), digest: z.string() })),
  /** Installer media, cloud images and archives of container images, by the address they stand for. */
  sources: z.array(z.strictObject({ url: z.string(), sha256: Digest })),
});

const Manifest = z.strictObject({
  format: z.literal('hnf-bundle/1'),
  /** SHA-256 of the rest of this manifest in canonical JSON: it names the bundle. */
  identity: Digest,
  content: Content,
  members: z.array(Member),
});

export type BundleMember = z.infer<typeof Member>;
export type BundleContent = z.infer<typeof Content>;
export type BundleManifest = z.infer<typeof Manifest>;

/** Pure: equal members and contents, equal manifests. @throws FactoryError `internal` for a path that cannot be a member. */
export function buildBundleManifest(content: BundleContent, members: readonly BundleMember[]): BundleManifest {
  const sorted = [...members].sort((a, b) => (a.path < b.path ? -1 : 1));
  checkMembers(sorted, (message) => new FactoryError('internal', message));
  const parts = { format: 'hnf-bundle/1' as const, content, members: sorted };
  return { ...parts, identity: identityOf(parts) };
}

/** The text of `bundle.json`. */
export function bundleManifestText(manifest: BundleManifest): string {
  const { format, identity, content, members } = manifest;
  return `${JSON.stringify({ format, identity, content, members }, null, 1)}\n`;
}

/**
 * @param where shown in errors
 * @throws FactoryError `input.invalid` for anything that is not the manifest of a bundle, or not as it was written.
 */
export function parseBundleManifest(text: string, where: string): BundleManifest {
  const parsed = Manifest.safeParse(parseJson(text, where));
  if (!parsed.success) {
    const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`);
    throw new FactoryError('input.invalid', `'${where}' is not the manifest of a bundle`, { details });
  }
  const { identity, ...rest } = parsed.data;
  const found = identityOf(rest);
  if (found !== identity) {
    const message = `'${where}' was changed: it says it is ${identity}, its contents are ${found}`;
    throw new FactoryError('input.invalid', message, { hint: 'Copy the bundle again from where it was made.' });
  }
  checkMembers(parsed.data.members, (message) => new FactoryError('input.invalid', `'${where}': ${message}`));
  return parsed.data;
}

function identityOf(parts: Omit<BundleManifest, 'identity'>): string {
  return sha256(canonicalJson(parts as unknown as JsonValue));
}

/** Each path once, and no file where another needs a folder. */
function checkMembers(members: readonly BundleMember[], error: (message: string) => FactoryError): void {
  const paths = members.map(({ path }) => `${path}/`).sort();
  for (const [index, path] of paths.entries()) {
    if (!memberPath.test(path.slice(0, -1))) throw error(`'${path.slice(0, -1)}' cannot be a member of a bundle`);
    if (`${bundleManifestName}/`.startsWith(path)) throw error(`'${bundleManifestName}' cannot be one of its members`);
    if (paths[index + 1]?.startsWith(path) === true) throw error(`'${path.slice(0, -1)}' is there twice`);
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FactoryError('input.invalid', `'${where}' is not JSON: ${messageOf(cause)}`, { cause });
  }
}
