import { join } from 'node:path';
import type { Arch } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files.ts';
import { bundleFolders } from '../../mirror/bundle/bundle-folders.ts';
import type { BundleFile } from '../../mirror/bundle/write-bundle.ts';
import { type FetchedImage, fetchImage } from '../../mirror/oci/fetch-image.ts';
import { layoutBlobPath, layoutFile, layoutIndexName, layoutIndexText } from '../../mirror/oci/layout.ts';
import type { BundleRequest, Collected, PartContext } from './request.ts';

/** A container image and the processors it is wanted for. */
export interface WantedImage {
  reference: string;
  archs: readonly Arch[];
}

/** By reference; those of profiles, and those asked for. */
export function listBundleImages({ cells, images }: Pick<BundleRequest, 'cells' | 'images'>): WantedImage[] {
  const wanted = new Map<string, Set<Arch>>();
  const ofProfiles = cells.flatMap(({ profile, arch }) =>
    profile.preload.flatMap(({ reference, from }) => (from.kind === 'registry' ? [{ reference, arch }] : [])),
  );
  for (const { reference, arch } of [...ofProfiles, ...images])
    wanted.set(reference, (wanted.get(reference) ?? new Set()).add(arch));
  return [...wanted]
    .map(([reference, archs]) => ({ reference, archs: [...archs].sort() }))
    .sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

/** An OCI image layout: other programs (skopeo, crane, ctr) read it as well. */
export async function collectImages(request: BundleRequest, context: PartContext): Promise<Collected> {
  const images: (FetchedImage & WantedImage)[] = [];
  for (const wanted of listBundleImages(request)) {
    context.tell(wanted.reference);
    images.push({ ...(await fetchForAll(wanted, context)), ...wanted });
  }
  if (images.length === 0) return { files: [], content: {} };
  const files = new Map<string, BundleFile>();
  const place = (path: string, file: string) => files.set(path, { path: `${bundleFolders.images}/${path}`, file });
  const texts = { [layoutFile.name]: layoutFile.text, [layoutIndexName]: layoutIndexText(images) };
  for (const [name, text] of Object.entries(texts)) {
    const file = join(context.workFolder, 'images', name);
    await writeFileAtomic(file, text);
    place(name, file);
  }
  for (const { blobs } of images) for (const [digest, file] of blobs) place(layoutBlobPath(digest), file);
  const content = images.map(({ reference, digest, archs }) => ({ reference, digest, archs: [...archs] }));
  return { files: [...files.values()], content: { images: content } };
}

/** One name leads to one thing: an index of images, of which those that are wanted come along. */
async function fetchForAll({ reference, archs }: WantedImage, context: PartContext): Promise<FetchedImage> {
  const fetched: FetchedImage[] = [];
  for (const arch of archs) fetched.push(await fetchImage(reference, arch, { ...context, onProgress: context.tell }));
  const [first] = fetched;
  if (first === undefined) throw new FactoryError('internal', `'${reference}' is wanted for no processor`);
  const other = fetched.find(({ digest }) => digest !== first.digest);
  if (other === undefined) return { ...first, blobs: new Map(fetched.flatMap(({ blobs }) => [...blobs])) };
  throw new FactoryError('check.failed', `'${reference}' was ${first.digest}, and then ${other.digest}`, {
    hint: 'It was replaced in its registry just now; run the same command again.',
  });
}
