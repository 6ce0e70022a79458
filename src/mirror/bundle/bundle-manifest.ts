import { z } from 'zod';
import { FactoryError, messageOf } from '../../core/errors.ts';
import { canonicalJson, type JsonValue, sha256 } from '../../core/hash.ts';
import { findContentFault, findMemberFault } from './member-rules.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');

/** Shown on terminals. */
const Text = z.string().regex(/^\P{Cc}{0,1024}$/u, 'text on one line, at most 1024 letters');

const Member = z.strictObject({
  path: z.string(),
  bytes: z.int().nonnegative(),
  sha256: Digest,
  executable: z.boolean(),
});

const Content = z.strictObject({
  /** Version of hnf that made it; tools are found by the same one. */
  hnf: Text,
  /** Cells it was made for, e.g. `debian12-lab/amd64/bootstrap/qemu/iam-ra`. */
  cells: z.array(Text),
  /** Tools and their versions. */
  tools: z.array(z.strictObject({ name: Text, version: Text, platform: Text })),
  /** Kubernetes releases of the artifact mirror. */
  kubernetes: z.array(z.strictObject({ version: Text, arch: Text })),
  /** Package archives by their address, each with the suites and how many packages of it are there. */
  packages: z.array(z.strictObject({ url: Text, suites: z.array(Text), packages: z.int().nonnegative() })),
  /** Container images, by reference and digest, with the processors they are there for. */
  images: z.array(z.strictObject({ reference: Text, digest: Text, archs: z.array(Text) })),
  /** Installer media, cloud images and archives of container images, by the address they stand for. */
  sources: z.array(z.strictObject({ url: Text, sha256: Digest })),
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

export const emptyContent: BundleContent = {
  hnf: '',
  cells: [],
  tools: [],
  kubernetes: [],
  packages: [],
  images: [],
  sources: [],
};

/** Pure: equal members and contents, equal manifests. @throws FactoryError `internal` for a path that cannot be a member. */
export function buildBundleManifest(content: BundleContent, members: readonly BundleMember[]): BundleManifest {
  const sorted = [...members].sort((a, b) => (a.path < b.path ? -1 : 1));
  const fault = findMemberFault(sorted) ?? findContentFault({ content, members: sorted });
  if (fault !== undefined) throw new FactoryError('internal', `the bundle cannot be made: ${fault}`);
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
    const hint = 'Use the hnf that made the bundle, or make the bundle with this one.';
    throw new FactoryError('input.invalid', `'${where}' is not the manifest of a bundle`, { details, hint });
  }
  const { identity, ...rest } = parsed.data;
  const found = identityOf(rest);
  if (found !== identity) {
    const message = `'${where}' was changed: it says it is ${identity}, its contents are ${found}`;
    throw new FactoryError('input.invalid', message, { hint: copyHint });
  }
  const fault = findMemberFault(rest.members) ?? findContentFault(rest);
  if (fault === undefined) return parsed.data;
  throw new FactoryError('input.invalid', `'${where}' is no manifest that hnf writes: ${fault}`, { hint: trustHint });
}

const copyHint = 'Copy the bundle again from where it was made.';
const trustHint = 'Do not use it, and find out where it comes from.';

function identityOf(parts: Omit<BundleManifest, 'identity'>): string {
  return sha256(canonicalJson(parts as unknown as JsonValue));
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FactoryError('input.invalid', `'${where}' is not JSON: ${messageOf(cause)}`, { hint: copyHint, cause });
  }
}
