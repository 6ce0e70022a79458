import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emit } from '../../core/events.ts';
import type { JsonValue } from '../../core/hash.ts';
import type { StoreEntry } from '../../core/store.ts';
import { collectArtifacts } from '../../mirror/collect.ts';
import { type InventoryComponent, inventoryComponents } from '../../mirror/components.ts';
import { findItem, type Inventory } from '../../mirror/inventory.ts';
import { withMirrorServer } from '../../mirror/server.ts';
import { baseDiskName } from './base-layer.ts';
import { findBundledArtifacts } from './build-bundle.ts';
import { runFlatten } from './convert.ts';
import { type LayerInputs, layerContext } from './layer-inputs.ts';
import { runLayer } from './layer-run.ts';
import { artifactNeed, collectContext } from './node-artifacts.ts';
import type { PhaseHandle } from './phase-log.ts';
import { hostAsSeenByGuest, withPreload } from './preload.ts';
import { contentsName } from './sbom.ts';

export type NodeMeta = {
  accelerator: string;
  /** What our mirror served; empty when nodeadm fetched AWS's own release. */
  components: readonly (InventoryComponent & { readonly [key: string]: JsonValue })[];
  builtWith: Readonly<Record<string, string>>;
  readonly [key: string]: JsonValue;
};

/** The sealed image in its store entry: flat and sparse. */
export const nodeDiskName = 'disk.raw';

/** nodeadm and the node's programs on the base layer, sealed. Made once per identity. */
export function provideNodeLayer(
  inputs: LayerInputs,
  baseFolder: string,
  handle: PhaseHandle,
): Promise<StoreEntry<NodeMeta>> {
  const { store, identities, request } = inputs;
  return store.provide<NodeMeta>('node', identities.node, layerContext(inputs, handle), async (folder) => {
    const make = (mirror?: ServedMirror) =>
      withPreload(inputs, handle, (preload) => makeNodeLayer(inputs, { baseFolder, folder, mirror, preload }, handle));
    const bundled = inputs.bundle === undefined ? undefined : findBundledArtifacts(inputs.bundle, request.spec);
    if (bundled === undefined && request.spec.nodeadm.artifacts.kind === 'aws') return make();
    // The mirror's own events become progress of the phase.
    const emit: Emit = ({ detail, phase, status }) => handle.progress(detail ?? `${phase} ${status}`);
    const collect = collectContext(request, inputs.context, { store, emit });
    const inventory = bundled ?? (await collectArtifacts(artifactNeed(request), collect));
    return withMirrorServer(inventory, { client: 'the guest' }, collect, (server) =>
      make({ inventory, url: `http://${hostAsSeenByGuest}:${server.port}` }),
    );
  });
}

interface ServedMirror {
  inventory: Inventory;
  /** As the guest sees it. */
  url: string;
}

async function makeNodeLayer(
  inputs: LayerInputs,
  job: {
    baseFolder: string;
    folder: string;
    mirror: ServedMirror | undefined;
    /** Packer variables for container images. */
    preload: Readonly<Record<string, string>>;
  },
  handle: PhaseHandle,
): Promise<NodeMeta> {
  const { request, tools, context, identities } = inputs;
  const output = join(job.folder, 'packer');
  const variables = {
    base_image: join(job.baseFolder, baseDiskName),
    image_identity: identities.node,
    ...mirrorVariables(inputs, job.mirror),
    ...job.preload,
  };
  await runLayer({ ...inputs, layer: 'node', variables, outputFolder: output }, handle);
  handle.progress('flattening the disk');
  await runFlatten(tools.qemuImg, join(output, `${request.spec.name}.qcow2`), join(job.folder, nodeDiskName), context);
  await rename(join(output, contentsName), join(job.folder, contentsName));
  await rm(output, { recursive: true });
  const components = job.mirror === undefined ? [] : inventoryComponents(job.mirror.inventory);
  return {
    accelerator: tools.accelerator.accelerator,
    components: components.map((component) => ({ ...component })),
    builtWith: tools.versions,
  };
}

function mirrorVariables({ request }: LayerInputs, mirror: ServedMirror | undefined): Record<string, string> {
  if (mirror === undefined) return {};
  const { spec } = request;
  const nodeadm = findItem(mirror.inventory, 'nodeadm', spec.nodeadm.version, spec.arch);
  return { mirror_url: mirror.url, ...(nodeadm === undefined ? {} : { nodeadm_sha256: nodeadm.sha256 }) };
}
