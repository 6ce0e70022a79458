import { z } from 'zod';
import type { Arch } from '../../catalog/image-spec.ts';
import { FactoryError, messageOf } from '../../core/errors.ts';
import { MiB } from '../../core/sizes.ts';

/** The distribution specification allows 4 MiB for a manifest; an image's configuration is one of the same size. */
export const maxManifestBytes = 8 * MiB;

/** Becomes a header. https://www.rfc-editor.org/rfc/rfc6838#section-4.2 */
export const MediaType = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$/);

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hex digits');
const Descriptor = z.object({ mediaType: MediaType.optional(), digest: Digest, size: z.int().nonnegative() });
const Platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

const Index = z.object({ manifests: z.array(Descriptor.extend({ platform: Platform.optional() })) });
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });
const Config = z.object({ os: z.string().optional(), architecture: z.string().optional() });

export interface ImageIndex {
  kind: 'index';
  manifests: z.infer<typeof Index>['manifests'];
}

export interface BlobNeed {
  digest: string;
  size: number;
}

export interface ImageManifest {
  kind: 'manifest';
  config: BlobNeed;
  /** The configuration first, then the layers. */
  blobs: readonly BlobNeed[];
}

/** @throws FactoryError `check.failed` for anything else, such as Docker's first format */
export function parseImageManifest(body: Buffer, reference: string): ImageIndex | ImageManifest {
  const document = parseJson(body, reference);
  const index = Index.safeParse(document);
  if (index.success) return { kind: 'index', manifests: index.data.manifests };
  const manifest = Manifest.safeParse(document);
  if (!manifest.success) throw new FactoryError('check.failed', `'${reference}' is no image of a known format`);
  const { config, layers } = manifest.data;
  return { kind: 'manifest', config, blobs: [config, ...layers] };
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
    `'${reference}' is not there for linux/${arch}; accepted: ${[...new Set(names)].join(', ')}`,
  );
}

/** An image that is no choice of several says itself what it is for. @throws FactoryError `input.invalid` for another processor */
export function checkPlatform(config: Buffer, arch: Arch, reference: string): void {
  const { os = 'linux', architecture = arch } = Config.safeParse(parseJson(config, reference)).data ?? {};
  if (os === 'linux' && architecture === arch) return;
  throw new FactoryError('input.invalid', `'${reference}' is for ${os}/${architecture}; accepted: linux/${arch}`, {
    hint: 'Name an image for this processor, or one that is there for several.',
  });
}

function parseJson(body: Buffer, reference: string): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new FactoryError('check.failed', `'${reference}' is no image: ${messageOf(cause)}`, { cause });
  }
}
