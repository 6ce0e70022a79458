import { copyFile, link, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withTempDir } from '../../core/temp.ts';
import { emptyContent } from '../../mirror/bundle/bundle-manifest.ts';
import type { Bundle } from '../../mirror/bundle/check-files.ts';
import { withBundleServer } from '../../mirror/bundle/serve-bundle.ts';
import { describeBundle } from '../../mirror/bundle/write-bundle.ts';
import { preloadFileName } from '../../render/profile/render-profile.ts';
import { collectImages, listBundleImages } from '../bundle/collect-images.ts';
import type { BundleRequest, PartContext } from '../bundle/request.ts';
import { hasImage } from './build-bundle.ts';
import type { LayerInputs } from './layer-inputs.ts';
import type { PhaseHandle } from './phase-log.ts';
import { provideSource } from './provide-source.ts';

/** How a guest of QEMU's user network reaches the loopback of this machine. */
export const hostAsSeenByGuest = '10.0.2.2';

type Variables = Readonly<Record<string, string>>;

/**
 * Runs `use` with the Packer variables that bring a profile's container images into the guest. Images of registries are fetched by
 * this machine, with this user's logins, and served to the guest: it needs neither.
 */
export async function withPreload<T>(
  inputs: LayerInputs,
  handle: PhaseHandle,
  use: (variables: Variables) => Promise<T>,
): Promise<T> {
  if (inputs.request.spec.profile.preload.length === 0) return use({});
  return withTempDir('hnf-preload', async (folder) => {
    const archives = await placeArchives(inputs, join(folder, 'archives'), handle);
    return withRegistry(inputs, folder, handle, (registry) => use({ ...archives, ...registry }));
  });
}

/** A folder of links: Packer's upload follows them. */
async function placeArchives(
  { request, context, store }: LayerInputs,
  folder: string,
  handle: PhaseHandle,
): Promise<Variables> {
  const archives = request.spec.profile.preload.flatMap(({ from }) => (from.kind === 'archive' ? [from] : []));
  if (archives.length === 0) return {};
  await mkdir(folder);
  // One archive may hold several images.
  for (const { url, sha256 } of new Map(archives.map((archive) => [archive.sha256, archive])).values()) {
    handle.progress(`container images of ${url}`);
    await symlink(await provideSource({ url, sha256 }, { ...context, store }), join(folder, preloadFileName(sha256)));
  }
  return { preload_directory: folder };
}

async function withRegistry<T>(
  inputs: LayerInputs,
  folder: string,
  handle: PhaseHandle,
  use: (variables: Variables) => Promise<T>,
): Promise<T> {
  const { request, context, bundle } = inputs;
  const wanted = listBundleImages({ cells: [request.spec], images: [] });
  if (wanted.length === 0) return use({});
  if (bundle !== undefined) {
    const absent = wanted.filter(({ reference }) => !hasImage(bundle, reference, request.spec.arch));
    if (absent.length === 0) return use({ registry_url: urlOf(bundle.port) });
    for (const { reference } of absent) context.log.warn(`'${reference}' is not in the bundle: asking its registry`);
  }
  const label = { operation: 'image build', subject: request.spec.name, phase: 'node layer' };
  const images = await makeImageFolder(inputs, join(folder, 'images'), handle);
  return withBundleServer(images, {}, { ...context, label, emit: () => {} }, ({ port }) =>
    use({ registry_url: urlOf(port) }),
  );
}

function urlOf(port: number): string {
  return `http://${hostAsSeenByGuest}:${port}`;
}

/** The images as a bundle of nothing else. */
async function makeImageFolder(inputs: LayerInputs, folder: string, handle: PhaseHandle): Promise<Bundle> {
  const { request, context, store } = inputs;
  const tell = handle.progress;
  const part: PartContext = {
    ...context,
    store,
    tell,
    workFolder: join(folder, 'work'),
    logins: request.logins ?? new Map(),
  };
  const only: BundleRequest = {
    cells: [request.spec],
    artifacts: [],
    images: [],
    parts: ['images'],
    target: '',
    toolVersion: '',
  };
  const { files, content } = await collectImages(only, part);
  for (const { path, file } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await link(file, target).catch(() => copyFile(file, target));
  }
  const { hashes } = store;
  return { folder, manifest: await describeBundle({ ...emptyContent, ...content }, files, { ...context, hashes }) };
}
