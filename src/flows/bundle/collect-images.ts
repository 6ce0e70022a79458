import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files.ts';
import { bundleFolders } from '../../mirror/bundle/bundle-routes.ts';
import type { BundleFile } from '../../mirror/bundle/write-bundle.ts';
import { type FetchedImage, fetchImage } from '../../mirror/oci/fetch-image.ts';
import { layoutBlobPath, layoutFile, layoutIndexText } from '../../mirror/oci/layout.ts';
import type { BundleRequest, Collected, PartContext } from './request.ts';

/** By reference; those of profiles, and those asked for. @throws FactoryError `usage` for one reference and two processors */
export function listBundleImages({ cells, images }: Pick<BundleRequest, 'cells' | 'images'>): BundleRequest['images'] {
  const wanted = new Map<string, BundleRequest['images'][number]>();
  const ofProfiles = cells.flatMap(({ profile, arch }) =>
    profile.preload.flatMap(({ reference, from }) => (from.kind === 'registry' ? [{ reference, arch }] : [])),
  );
  for (const image of [...ofProfiles, ...images]) {
    const known = wanted.get(image.reference);
    if (known !== undefined && known.arch !== image.arch) {
      const message = `'${image.reference}' is wanted for ${known.arch} and ${image.arch}; accepted: one processor in a bundle`;
      throw new FactoryError('usage', message, { hint: 'Make a bundle for each.' });
    }
    wanted.set(image.reference, image);
  }
  return [...wanted.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

/** An OCI image layout: other programs (skopeo, crane, ctr) read it as well. */
export async function collectImages(request: BundleRequest, context: PartContext): Promise<Collected> {
  const images: FetchedImage[] = [];
  for (const { reference, arch } of listBundleImages(request)) {
    context.tell(reference);
    images.push(await fetchImage(reference, arch, { ...context, onProgress: context.tell }));
  }
  if (images.length === 0) return { files: [], content: {} };
  const texts = [
    { name: layoutFile.name, text: layoutFile.text },
    { name: 'index.json', text: layoutIndexText(images) },
  ];
  const files = new Map<string, BundleFile>();
  for (const { name, text } of texts) {
    const file = join(context.workFolder, 'images', name);
    await writeFileAtomic(file, text);
    files.set(name, { path: `${bundleFolders.images}/${name}`, file });
  }
  for (const [digest, file] of images.flatMap(({ blobs }) => [...blobs])) {
    files.set(digest, { path: `${bundleFolders.images}/${layoutBlobPath(digest)}`, file });
  }
  const content = images.map(({ reference, digest }) => ({ reference, digest }));
  return { files: [...files.values()], content: { images: content } };
}
