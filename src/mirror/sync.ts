import type { Arch, CredentialProvider } from '../catalog/image-spec.ts';
import { FactoryError } from '../core/errors.ts';
import { type Emit, type Operation, startOperation } from '../core/events.ts';
import { defaultBaseUrl, parseBaseUrl } from './base-url.ts';
import { type CollectContext, collectArtifacts, planCollection } from './collect.ts';
import { type Inventory, type ItemOrigin, itemPath, mergeInventories } from './inventory.ts';
import { findMirror } from './inventory-file.ts';
import { findInventoryGaps } from './inventory-gaps.ts';
import type { CollectRequest } from './plan-artifacts.ts';
import { type WrittenMirror, writeMirror } from './write-mirror.ts';

export interface SyncRequest {
  folder: string;
  /** Patch versions without `v`; minors where AWS's manifest can be reached. */
  kubernetes: readonly string[];
  archs: readonly Arch[];
  provider: CredentialProvider;
  nodeadmVersion: string;
  origin: 'auto' | ItemOrigin;
  /** Default: what the folder's manifest has, or where `hnf mirror serve` listens. */
  baseUrl?: string | undefined;
  gzip: boolean;
}

/** What a sync would get; nothing is downloaded, built or written. */
export interface SyncPlan {
  folder: string;
  baseUrl: string;
  artifacts: readonly { path: string; name: string; version: string; arch: Arch; origin: ItemOrigin; source: string }[];
}

export const syncPhases = ['collect', 'write'] as const;

/** @throws FactoryError as planCollection. */
export async function planSync(request: SyncRequest, context: CollectContext): Promise<SyncPlan> {
  const artifacts = new Map<string, SyncPlan['artifacts'][number]>();
  for (const wanted of collectRequests(request)) {
    const { plan } = await planCollection(wanted, context);
    for (const { name, version, arch, origin, source } of plan.items) {
      const path = itemPath({ name, version, arch });
      artifacts.set(path, { path, name, version, arch, origin, source });
    }
  }
  return { folder: request.folder, baseUrl: await resolveBaseUrl(request), artifacts: [...artifacts.values()] };
}

/** Collects everything that is asked for and puts it into the mirror folder, beside what is there. */
export function syncMirror(request: SyncRequest, context: Omit<CollectContext, 'emit'>): Operation<WrittenMirror> {
  return startOperation(async (emit) => {
    const baseUrl = await resolveBaseUrl(request);
    const inventory = await inPhase('collect', emit, context, (phased) => collectAll(request, phased));
    return inPhase('write', emit, context, (phased) =>
      writeMirror(inventory, request.folder, { baseUrl, gzip: request.gzip }, phased),
    );
  });
}

async function collectAll(request: SyncRequest, context: CollectContext): Promise<Inventory> {
  let inventory: Inventory = { releases: [], items: [], regions: {} };
  for (const wanted of collectRequests(request)) {
    inventory = mergeInventories(inventory, await collectArtifacts(wanted, context));
  }
  const details = findInventoryGaps(inventory);
  if (details.length === 0) return inventory;
  throw new FactoryError('check.failed', 'what was collected does not make a whole mirror', { details });
}

function collectRequests(request: SyncRequest): CollectRequest[] {
  const { provider, nodeadmVersion, origin } = request;
  return request.archs.flatMap((arch) =>
    request.kubernetes.map((kubernetes) => ({ kubernetes, arch, provider, nodeadmVersion, origin })),
  );
}

async function resolveBaseUrl(request: SyncRequest): Promise<string> {
  if (request.baseUrl !== undefined) return parseBaseUrl(request.baseUrl);
  return (await findMirror(request.folder))?.baseUrl ?? defaultBaseUrl;
}

async function inPhase<T>(
  phase: (typeof syncPhases)[number],
  emit: Emit,
  context: Omit<CollectContext, 'emit'>,
  work: (context: CollectContext) => Promise<T>,
): Promise<T> {
  const label = { ...context.label, phase };
  const startedAt = context.clock.now();
  const seconds = () => (context.clock.now() - startedAt) / 1000;
  emit({ ...label, status: 'start' });
  try {
    const result = await work({ ...context, emit, label });
    emit({ ...label, status: 'done', seconds: seconds() });
    return result;
  } catch (error) {
    emit({ ...label, status: 'fail', seconds: seconds() });
    throw error;
  }
}
