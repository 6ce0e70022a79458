import { stat } from 'node:fs/promises';
import { cellId } from '../../catalog/image-spec.ts';
import { type Operation, startOperation } from '../../core/events.ts';
import { withTempDir } from '../../core/temp.ts';
import { type BundleContent, type BundleManifest, emptyContent } from '../../mirror/bundle/bundle-manifest.ts';
import { readBundleManifest } from '../../mirror/bundle/read-members.ts';
import { type BundleFile, describeBundle, type WrittenBundle, writeBundle } from '../../mirror/bundle/write-bundle.ts';
import { collectArtifacts } from './collect-artifacts.ts';
import { collectImages } from './collect-images.ts';
import { collectPackages } from './collect-packages.ts';
import { collectSources } from './collect-sources.ts';
import { collectTools } from './collect-tools.ts';
import type { BundleContext, BundlePart, BundleRequest, Collected, PartContext } from './request.ts';

const collectors = {
  tools: collectTools,
  artifacts: collectArtifacts,
  packages: collectPackages,
  images: collectImages,
  sources: collectSources,
} satisfies Record<BundlePart, (request: BundleRequest, context: PartContext) => Promise<Collected>>;

export const bundlePhases = [...(Object.keys(collectors) as BundlePart[]), 'write'] as const;

export interface CreatedBundle extends WrittenBundle {
  /** Nothing was written: the file is this very bundle already. */
  unchanged: boolean;
}

/**
 * Collects everything and packs it. What was collected stays in the cache, so another run goes on where this one stopped; a target
 * that is this very bundle is left alone.
 */
export function createBundle(request: BundleRequest, context: Omit<BundleContext, 'emit'>): Operation<CreatedBundle> {
  return startOperation((emit) =>
    withTempDir('hnf-bundle', (workFolder) => create(request, { ...context, emit, workFolder, tell: () => {} })),
  );
}

async function create(request: BundleRequest, context: PartContext): Promise<CreatedBundle> {
  const files: BundleFile[] = [];
  let content: BundleContent = { ...emptyContent, hnf: request.toolVersion, cells: request.cells.map(cellId).sort() };
  for (const part of request.parts) {
    const collected = await inPhase(part, context, (phased) => collectors[part](request, phased));
    files.push(...collected.files);
    content = { ...content, ...collected.content };
  }
  return inPhase('write', context, async ({ tell, signal, store }) => {
    const writing = { hashes: store.hashes, signal, onProgress: tell };
    tell('reading what goes in');
    const manifest = await describeBundle(content, files, writing);
    const found = await findSame(request.target, manifest, context);
    if (found !== undefined) return found;
    const written = await writeBundle(request.target, manifest, files, writing);
    await store.hashes.remember(written.path, written.sha256);
    await noteWhole(written, context);
    return { ...written, unchanged: false };
  });
}

/** The archive's own checksum is noted when it is written: one that has changed since is written again. */
async function noteWhole({ path, sha256, manifest }: WrittenBundle, { store, ...context }: PartContext): Promise<void> {
  await store.provide('bundle-note', manifest.identity, { ...context, fresh: true }, async () => ({ path, sha256 }));
}

async function findSame(
  target: string,
  manifest: BundleManifest,
  { store, log, signal }: PartContext,
): Promise<CreatedBundle | undefined> {
  const stats = await stat(target).catch(() => undefined);
  if (stats === undefined) return undefined;
  const note = await store.find<{ path: string; sha256: string }>('bundle-note', manifest.identity, { log, signal });
  if (note === undefined || note.meta.path !== target) return undefined;
  const there = await readBundleManifest(target).catch(() => undefined);
  if (there?.identity !== manifest.identity) return undefined;
  const sha256 = await store.hashes.sha256(target, signal);
  return sha256 === note.meta.sha256
    ? { path: target, bytes: stats.size, sha256, manifest, unchanged: true }
    : undefined;
}

async function inPhase<T>(
  phase: (typeof bundlePhases)[number],
  context: PartContext,
  work: (context: PartContext) => Promise<T>,
): Promise<T> {
  const { clock, emit } = context;
  const label = { operation: 'bundle create', subject: 'bundle', phase };
  const startedAt = clock.now();
  const seconds = () => (clock.now() - startedAt) / 1000;
  emit({ ...label, status: 'start' });
  try {
    const result = await work({ ...context, tell: (detail) => emit({ ...label, status: 'progress', detail }) });
    emit({ ...label, status: 'done', seconds: seconds() });
    return result;
  } catch (error) {
    emit({ ...label, status: 'fail', seconds: seconds() });
    throw error;
  }
}
