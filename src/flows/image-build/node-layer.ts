import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonValue } from '../../core/hash.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import type { Store, StoreEntry } from '../../core/store.ts';
import { collectArtifacts } from '../../mirror/collect.ts';
import { inventoryComponents } from '../../mirror/components.ts';
import type { MirrorContext } from '../../mirror/context.ts';
import { findItem, type Inventory } from '../../mirror/inventory.ts';
import { withMirrorServer } from '../../mirror/server.ts';
import type { BaseMeta } from './base-layer.ts';
import type { BuildTools } from './build-tools.ts';
import { runFlatten } from './convert.ts';
import type { Identities } from './identities.ts';
import { runLayer } from './layer-run.ts';
import type { PhaseHandle } from './phase-log.ts';
import type { BuildContext, BuildRequest } from './request.ts';

/** A package of the guest's distribution, as `contents.json` lists it. */
export interface GuestPackage {
  name: string;
  version: string;
  arch: string;
}

export interface NodeMeta {
  accelerator: string;
  /** What nodeadm installed from our mirror; empty when AWS's own release was used. */
  components: readonly {
    name: string;
    version: string;
    sha256: string;
    origin: string;
    purl: string;
    licence: string;
  }[];
  builtWith: Readonly<Record<string, string>>;
  [key: string]: JsonValue;
}

export interface LayerInputs {
  request: BuildRequest;
  identities: Identities;
  files: readonly RenderedFile[];
  store: Store;
  tools: BuildTools;
  context: BuildContext;
  logFolder: string;
}

/** The sealed image as a flat raw disk: nodeadm and the node's programs on the base layer. Made once per identity. */
export function provideNodeLayer(
  inputs: LayerInputs,
  base: StoreEntry<BaseMeta>,
  handle: PhaseHandle,
): Promise<StoreEntry<NodeMeta>> {
  const { store, identities, context } = inputs;
  const onWait = (holder: string) => handle.progress(`waiting for ${holder}`);
  return store.provide<NodeMeta>('node', identities.node, { ...context, onWait }, async (folder) => {
    const artifacts = inputs.request.spec.nodeadm.artifacts;
    if (artifacts.kind === 'aws') return makeNodeLayer(inputs, base, folder, handle, undefined);
    const mirror = mirrorContext(inputs);
    handle.progress('collecting the artifacts nodeadm installs');
    const inventory = await collectArtifacts(artifactNeed(inputs), mirror);
    return withMirrorServer(inventory, { client: 'the guest' }, mirror, (server) =>
      makeNodeLayer(inputs, base, folder, handle, { inventory, url: `http://10.0.2.2:${server.port}` }),
    );
  });
}

async function makeNodeLayer(
  inputs: LayerInputs,
  base: StoreEntry<BaseMeta>,
  folder: string,
  handle: PhaseHandle,
  mirror: { inventory: Inventory; url: string } | undefined,
): Promise<NodeMeta> {
  const { request, tools, context, identities } = inputs;
  const output = join(folder, 'packer');
  const variables: Record<string, string> = {
    base_image: join(base.folder, 'disk.qcow2'),
    image_identity: identities.node,
    ...(mirror === undefined ? {} : mirrorVariables(inputs, mirror)),
  };
  await runLayer({ ...inputs, layer: 'node', variables, outputFolder: output }, handle);
  handle.progress('flattening the disk');
  await runFlatten(tools.qemuImg, join(output, 'node.qcow2'), join(folder, 'disk.raw'), context);
  await keepFile(join(output, 'contents.json'), join(folder, 'contents.json'));
  await rm(output, { recursive: true });
  return {
    accelerator: tools.accelerator.accelerator,
    components: mirror === undefined ? [] : inventoryComponents(mirror.inventory).map((item) => ({ ...item })),
    builtWith: { ...tools.versions, hnf: request.spec.nodeadm.version },
  };
}

async function keepFile(from: string, to: string): Promise<void> {
  const { rename } = await import('node:fs/promises');
  await rename(from, to);
}

function artifactNeed({ request }: LayerInputs): Parameters<typeof collectArtifacts>[0] {
  const { spec } = request;
  return {
    kubernetes: spec.kubernetes,
    arch: spec.arch,
    provider: spec.provider,
    nodeadmVersion: spec.nodeadm.version,
  };
}

function mirrorContext({ request, store, context }: LayerInputs): MirrorContext {
  return { ...context, store, label: { operation: 'image build', subject: request.spec.name, phase: 'node layer' } };
}

function mirrorVariables(
  { request }: LayerInputs,
  mirror: { inventory: Inventory; url: string },
): Record<string, string> {
  const { spec } = request;
  const nodeadm = findItem(mirror.inventory, 'nodeadm', spec.nodeadm.version, spec.arch);
  return { mirror_url: mirror.url, ...(nodeadm === undefined ? {} : { nodeadm_sha256: nodeadm.sha256 }) };
}

/** What the guest said it holds. */
export async function readGuestPackages(folder: string): Promise<GuestPackage[]> {
  const contents = JSON.parse(await readFile(join(folder, 'contents.json'), 'utf8')) as { packages: GuestPackage[] };
  return contents.packages;
}
