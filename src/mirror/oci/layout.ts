import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import type { FetchedImage } from './fetch-image.ts';
import { parseImageManifest } from './image-manifest.ts';

const referenceAnnotation = 'org.opencontainers.image.ref.name';
/** containerd takes an image's full name from here. */
const nameAnnotation = 'io.containerd.image.name';

const Index = z.object({
  schemaVersion: z.literal(2),
  manifests: z.array(
    z.object({
      mediaType: z.string(),
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

export const layoutFile = { name: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}\n' } as const;

/** `index.json` of an OCI image layout. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export function layoutIndexText(images: readonly FetchedImage[]): string {
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
  const path = join(folder, 'index.json');
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

/** The manifests below an image and the blobs of those that are there: digest → media type. */
export async function listImageBlobs(folder: string, image: LayoutImage): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const visit = async (digest: string, mediaType: string): Promise<void> => {
    const body = await readFile(join(folder, layoutBlobPath(digest))).catch(() => undefined);
    // Of an index only one processor's image is here.
    if (body === undefined) return;
    found.set(digest, mediaType);
    const manifest = parseImageManifest(body, image.reference);
    if (manifest.kind === 'manifest') {
      for (const blob of manifest.blobs) found.set(blob.digest, 'application/octet-stream');
      return;
    }
    for (const child of manifest.manifests) await visit(child.digest, child.mediaType ?? mediaType);
  };
  await visit(image.digest, image.mediaType);
  return found;
}
