import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonValue } from '../../core/hash.ts';
import type { StoreEntry } from '../../core/store.ts';
import { buildBaseDisk } from '../../lab/base/build.ts';
import type { BasePlan } from '../../lab/base/plan.ts';
import { checkSource } from './check-source.ts';
import { type LayerInputs, layerContext } from './layer-inputs.ts';
import { runLayer } from './layer-run.ts';
import type { PhaseHandle } from './phase-log.ts';

export type BaseMeta = {
  kind: 'bootstrap' | 'cloudImage';
  seconds: { [step: string]: number };
  [key: string]: JsonValue;
};

/** File name of the layer in its store entry: a backing file for the node layer. */
export const baseDiskName = 'disk.qcow2';

/** The installed operating system, without Kubernetes. Made once per identity. */
export function provideBaseLayer(
  inputs: LayerInputs,
  plan: BasePlan | undefined,
  handle: PhaseHandle,
): Promise<StoreEntry<BaseMeta>> {
  const { store, identities } = inputs;
  return store.provide<BaseMeta>('base', identities.base, layerContext(inputs, handle), (folder) =>
    plan === undefined ? makeFromCloudImage(inputs, folder, handle) : makeFromPackages(inputs, plan, folder, handle),
  );
}

async function makeFromPackages(
  inputs: LayerInputs,
  plan: BasePlan,
  folder: string,
  handle: PhaseHandle,
): Promise<BaseMeta> {
  const disk = await buildBaseDisk(plan, {
    ...inputs.context,
    emit: ({ phase, status, detail }) => handle.progress(`${phase} ${detail ?? (status === 'start' ? '…' : status)}`),
    workDir: folder,
    tools: inputs.tools.base,
  });
  await rename(disk.path, join(folder, baseDiskName));
  return { kind: 'bootstrap', seconds: disk.seconds };
}

async function makeFromCloudImage(inputs: LayerInputs, folder: string, handle: PhaseHandle): Promise<BaseMeta> {
  const output = join(folder, 'packer');
  handle.progress('checking the source');
  const source = await checkSource(inputs);
  const variables = { source_image: source };
  await runLayer({ ...inputs, layer: 'base', variables, outputFolder: output }, handle);
  await rename(join(output, 'base.qcow2'), join(folder, baseDiskName));
  await rm(output, { recursive: true });
  return { kind: 'cloudImage', seconds: {} };
}
