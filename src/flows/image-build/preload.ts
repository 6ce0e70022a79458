import { copyFile, link, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withTempDir } from '../../core/temp.ts';
import type { Bundle } from '../../mirror/bundle/open-bundle.ts';
import { withBundleServer } from '../../mirror/bundle/serve-bundle.ts';
import { describeBundle } from '../../mirror/bundle/write-bundle.ts';
import { preloadFileName } from '../../render/profile/render-profile.ts';
import { collectImages, listBundleImages } from '../bundle/collect-images.ts';
import type { BundleRequest, PartContext } from '../bundle/request.ts';
import type { LayerInputs } from './layer-inputs.ts';
import type { PhaseHandle } from './phase-log.ts';
import { provideSource } from './provide-source.ts';

/** How a guest of QEMU's user network reaches the loopback of this machine. */
export const hostAsSeenByGuest = '10.0.2.2';

/**
 * Runs `use` with the Packer variables that bring a profile's container images into the guest. Images of registries are fetched by
 * this machine, with this user's logins, and served to the guest: it needs neither.
 */
export async function withPreload<T>(
  inputs: LayerInputs,
  handle: PhaseHandle,
  use: (variables: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (inputs.request.spec.profile.preload.length === 0) return use({});
  return withTempDir('hnf-preload', async (folder) => {
    const archives = await placeArchives(inputs, folder);
    return withRegistry(inputs, folder, handle, (registry) => use({ ...archives, ...registry }));
  });
}

async function placeArchives(inputs: LayerInputs, folder: string): Promise<Record<string, string>> {
  const target = join(folder, 'archives');
  await mkdir(target);
  let count = 0;
  for (const { from } of inputs.request.spec.profile.preload) {
    if (from.kind !== 'archive') continue;
    const file = await provideSource(from, { ...inputs.context, store: inputs.store });
    await symlink(file, join(target, preloadFileName(from.sha256))).catch(() => {});
    count += 1;
  }
  return count === 0 ? {} : { preload_directory: target };
}

async function withRegistry<T>(
  inputs: LayerInputs,
  folder: string,
  handle: PhaseHandle,
  use: (variables: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const { request, context, bundle } = inputs;
  const wanted = listBundleImages({ cells: [request.spec], images: [] });
  if (wanted.length === 0) return use({});
  const bundled = new Set(bundle?.bundle.manifest.content.images.map(({ reference }) => reference));
  if (bundle !== undefined && wanted.every(({ reference }) => bundled.has(reference))) {
    return use({ registry_url: urlOf(bundle.port) });
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
  const workFolder = join(folder, 'work');
  const part: PartContext = {
    ...context,
    store,
    workFolder,
    tell: handle.progress,
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
  const empty = { hnf: '', cells: [], tools: [], kubernetes: [], packages: [], images: [], sources: [] };
  return {
    folder,
    manifest: await describeBundle({ ...empty, ...content }, files, { ...context, hashes: store.hashes }),
  };
}
