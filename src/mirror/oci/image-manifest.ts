import { z } from 'zod';
import type { Arch } from '../../catalog/image-spec.ts';
import { FactoryError, messageOf } from '../../core/errors.ts';

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hex digits');
const Descriptor = z.object({ mediaType: z.string().optional(), digest: Digest, size: z.int().nonnegative() });
const Platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

const Index = z.object({ manifests: z.array(Descriptor.extend({ platform: Platform.optional() })) });
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });

export interface ImageIndex {
  kind: 'index';
  manifests: z.infer<typeof Index>['manifests'];
}

export interface ImageManifest {
  kind: 'manifest';
  /** Configuration first, then the layers. */
  blobs: readonly { digest: string; size: number }[];
}

/** @throws FactoryError `network.failed` for anything else, such as Docker's first format */
export function parseImageManifest(body: Buffer, reference: string): ImageIndex | ImageManifest {
  const document = parseJson(body, reference);
  const index = Index.safeParse(document);
  if (index.success) return { kind: 'index', manifests: index.data.manifests };
  const manifest = Manifest.safeParse(document);
  if (!manifest.success) throw new FactoryError('network.failed', `'${reference}' is no image of a known format`);
  return { kind: 'manifest', blobs: [manifest.data.config, ...manifest.data.layers] };
}

/** The image for a node's processor. @throws FactoryError `input.invalid` naming those that are there */
export function choosePlatform({ manifests }: ImageIndex, arch: Arch, reference: string): string {
  const found = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === arch);
  const only = manifests.length === 1 ? manifests[0] : undefined;
  const chosen = found ?? (only?.platform === undefined ? only : undefined);
  if (chosen !== undefined) return chosen.digest;
  const names = manifests.flatMap(({ platform }) => (platform ? [`${platform.os}/${platform.architecture}`] : []));
  throw new FactoryError(
    'input.invalid',
    `'${reference}' is not there for linux/${arch}; accepted: ${names.join(', ')}`,
  );
}

function parseJson(body: Buffer, reference: string): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new FactoryError('network.failed', `'${reference}' is no image: ${messageOf(cause)}`, { cause });
  }
}
