import { pinnedKubernetes, pinnedNodeadm } from '../../catalog/kubernetes-versions.ts';
import type { Emit } from '../../core/events.ts';
import type { Store } from '../../core/store.ts';
import { type CollectContext, planCollection } from '../../mirror/collect.ts';
import { createGoBuilder } from '../../mirror/go-builder.ts';
import type { CollectRequest } from '../../mirror/plan-artifacts.ts';
import { buildToolsContext } from './build-tools.ts';
import type { BuildContext, BuildRequest } from './request.ts';

/** What our mirror must have for a node of this image. */
export function artifactNeed({ spec }: BuildRequest): CollectRequest {
  const { kubernetes, arch, provider, nodeadm } = spec;
  return { kubernetes, arch, provider, nodeadmVersion: nodeadm.version };
}

export function collectContext(
  request: BuildRequest,
  context: BuildContext,
  { store, emit }: { store: Store; emit: Emit },
): CollectContext {
  const label = { operation: 'image build', subject: request.spec.name, phase: 'node layer' };
  const builder = createGoBuilder(buildToolsContext({ ...context, emit }, store));
  return { ...context, store, emit, label, builder };
}

/**
 * Before anything is made: a version that is not pinned here is AWS's to give. Downloads and builds nothing.
 * @throws FactoryError `input.invalid` when neither AWS nor this machine has it.
 */
export async function checkArtifacts(
  request: BuildRequest,
  context: BuildContext,
  layer: { store: Store; identity: string },
): Promise<void> {
  const { kubernetes, nodeadm } = request.spec;
  if (nodeadm.artifacts.kind !== 'mirror' || request.bundle !== undefined) return;
  if (pinnedKubernetes.includes(kubernetes) && pinnedNodeadm.includes(nodeadm.version)) return;
  if (request.useCache && (await layer.store.find('node', layer.identity, context)) !== undefined) return;
  await planCollection(
    artifactNeed(request),
    collectContext(request, context, { store: layer.store, emit: context.emit }),
  );
}
