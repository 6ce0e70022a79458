import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError, messageOf } from '../core/errors.ts';
import { fetchText } from '../core/http-get.ts';
import { awsAssetsUrl, findAwsRelease } from './aws-release.ts';
import type { ArtifactBuilder, BuiltArtifact } from './builder.ts';
import { artifactLicence } from './components.ts';
import type { MirrorContext } from './context.ts';
import { downloadFile } from './download.ts';
import { type Inventory, type MirrorItem, sortInventory } from './inventory.ts';
import {
  type ArtifactPlan,
  type CollectRequest,
  type PlannedItem,
  planAwsArtifacts,
  planGoArtifacts,
} from './plan-artifacts.ts';
import { buildRegionTable, type RegionTable } from './regions.ts';

export interface CollectContext extends MirrorContext {
  builder: ArtifactBuilder;
  /** Where AWS's files are; default hybrid-assets.eks.amazonaws.com. */
  assetsUrl?: string;
}

/** A plan with the region table that belongs to its origin. */
export interface Collection {
  plan: ArtifactPlan;
  regions: RegionTable;
}

const downloadTimeoutMs = 30 * 60 * 1000;
const answerTimeoutMs = 30_000;
const idleTimeoutMs = 60_000;

/**
 * Decides for every artifact where it will come from. Asks AWS for its manifest unless `origin` is `go`; writes nothing.
 * @throws FactoryError `network.failed` or `input.invalid` when `origin` is `aws` and AWS cannot give it.
 */
export async function planCollection(request: CollectRequest, context: CollectContext): Promise<Collection> {
  if (request.origin === 'go') return planFromGo(request, context);
  try {
    return await planFromAws(request, context);
  } catch (error) {
    const isOurs = error instanceof FactoryError && (error.code === 'network.failed' || error.code === 'input.invalid');
    if (request.origin === 'aws' || !isOurs) throw error;
    context.log.info(`building the artifacts here: ${messageOf(error)}`);
    return planFromGo(request, context);
  }
}

async function planFromAws(request: CollectRequest, context: CollectContext): Promise<Collection> {
  const assetsUrl = context.assetsUrl ?? awsAssetsUrl;
  const release = await findAwsRelease(assetsUrl, request.kubernetes, request.nodeadmVersion, context);
  return { plan: planAwsArtifacts(request, release), regions: release.regions };
}

function planFromGo(request: CollectRequest, context: CollectContext): Collection {
  return { plan: planGoArtifacts(request, context.builder), regions: buildRegionTable() };
}

/**
 * Gets everything a node with this Kubernetes version needs, from the cache where it can, and says where each file came from.
 * @throws FactoryError; see planCollection, downloadFile and the builder.
 */
export async function collectArtifacts(request: CollectRequest, context: CollectContext): Promise<Inventory> {
  const { plan, regions } = await planCollection(request, context);
  const items: MirrorItem[] = [];
  for (const planned of plan.items) items.push(await provideItem(planned, context));
  return sortInventory({ releases: [plan.release], items, regions });
}

async function provideItem(planned: PlannedItem, context: CollectContext): Promise<MirrorItem> {
  const { name, version, arch } = planned;
  const startedAt = context.clock.now();
  const tell = (detail: string) => context.emit({ ...context.label, status: 'progress', detail });
  tell(`getting ${name} ${version} ${arch} (${planned.origin})`);
  const { file, origin, source } =
    planned.origin === 'aws'
      ? await downloadItem(planned, context)
      : await context.builder.build(name, version, arch, tell);
  const sha256 = await context.store.hashes.sha256(file, context.signal);
  const seconds = (context.clock.now() - startedAt) / 1000;
  context.log.debug(`have ${name} ${version} ${arch}`, { origin, sha256, seconds });
  const bytes = (await stat(file)).size;
  return { name, version, arch, origin, source, sha256, bytes, licence: artifactLicence, gzip: false, file };
}

/** The checksum is fetched first: with it the file may be in the cache already. */
async function downloadItem(planned: PlannedItem, context: CollectContext): Promise<BuiltArtifact> {
  const http = { ...context, answerTimeoutMs, idleTimeoutMs };
  const checksumUrl = planned.checksumUrl ?? `${planned.source}.sha256`;
  const sha256 = parseChecksum(await fetchText(checksumUrl, 4096, http), checksumUrl);
  const entry = await context.store.provide('artifact', sha256, context, async (folder) => {
    // Beside the entry, so that an interrupted download is continued by the next run.
    const part = join(context.store.root, 'downloads', `${sha256}.part`);
    await downloadFile(planned.source, part, { sha256, timeoutMs: downloadTimeoutMs }, http);
    await rename(part, join(folder, planned.name));
    return { source: planned.source };
  });
  return { file: join(entry.folder, planned.name), origin: 'aws', source: planned.source };
}

function parseChecksum(text: string, url: string): string {
  const sum = text.trim().split(/\s/)[0]?.toLowerCase() ?? '';
  if (/^[0-9a-f]{64}$/.test(sum)) return sum;
  throw new FactoryError('network.failed', `${url} holds '${text.trim().slice(0, 80)}', which is no SHA-256 checksum`);
}
