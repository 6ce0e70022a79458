import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import type { FetchedImage } from './fetch-image.ts';
import { MediaType, maxManifestBytes, parseImageManifest } from './image-manifest.ts';

const referenceAnnotation = 'org.opencontainers.image.ref.name';
/** containerd takes an image's full name from here. */
const nameAnnotation = 'io.containerd.image.name';

const Index = z.object({
  schemaVersion: z.literal(2),
  manifests: z.array(
    z.object({
      mediaType: MediaType,
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      size: z.int(),
      annotations: z.record(z.string(), z.string()),
    }),
  ),
});

/** An image of a layout folder. */
export interface LayoutImage {
  reference: string;
  digest: string;
  mediaType: string;
}

export interface LayoutBlob {
  digest: string;
  mediaType: string;
  /** Asked for as such by the registry API. */
  isManifest: boolean;
}

export const layoutFile = { name: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}\n' } as const;
export const layoutIndexName = 'index.json';

/** `index.json` of an OCI image layout. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export function layoutIndexText(images: readonly Omit<FetchedImage, 'blobs'>[]): string {
  const manifests = [...images]
    .sort((a, b) => (a.reference < b.reference ? -1 : 1))
    .map(({ reference, digest, mediaType, bytes }) => ({
      mediaType,
      digest,
      size: bytes,
      annotations: { [nameAnnotation]: reference, [referenceAnnotation]: reference },
    }));
  return `${JSON.stringify({ schemaVersion: 2, manifests }, null, 1)}\n`;
}

/** Where a blob lies in a layout. */
export function layoutBlobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** The images of a layout folder; none when it is not there. @throws FactoryError `input.invalid` */
export async function readLayout(folder: string): Promise<LayoutImage[]> {
  const path = join(folder, layoutIndexName);
  try {
    const { manifests } = Index.parse(JSON.parse(await readFile(path, 'utf8')));
    return manifests.map(({ digest, mediaType, annotations }) => {
      return { digest, mediaType, reference: annotations[nameAnnotation] ?? '' };
    });
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT')) return [];
    throw new FactoryError('input.invalid', `'${path}' is no index of container images`, { cause });
  }
}

/** Everything below an image, manifests first. Of an index only the images that are here are followed. */
export async function listImageBlobs(folder: string, image: LayoutImage): Promise<LayoutBlob[]> {
  const found = new Map<string, LayoutBlob>();
  const visit = async (digest: string, mediaType: string): Promise<void> => {
    const body = found.has(digest) ? undefined : await findManifestBody(join(folder, layoutBlobPath(digest)));
    if (body === undefined) return;
    const manifest = parseImageManifest(body, image.reference);
    found.set(digest, { digest, mediaType, isManifest: true });
    if (manifest.kind === 'index') {
      for (const child of manifest.manifests) await visit(child.digest, child.mediaType ?? mediaType);
      return;
    }
    for (const blob of manifest.blobs)
      found.set(blob.digest, { digest: blob.digest, mediaType: 'application/octet-stream', isManifest: false });
  };
  await visit(image.digest, image.mediaType);
  return [...found.values()];
}

async function findManifestBody(file: string): Promise<Buffer | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.isFile() && stats.size <= maxManifestBytes ? readFile(file) : undefined;
}
