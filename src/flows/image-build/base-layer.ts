import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceKind } from '../../catalog/image-spec.ts';
import type { JsonValue } from '../../core/hash.ts';
import type { StoreEntry } from '../../core/store.ts';
import { buildBaseDisk } from '../../lab/base/build.ts';
import type { BasePlan } from '../../lab/base/plan.ts';
import { findBootCommand } from '../../render/packer/boot-command.ts';
import { hasPackages } from './build-bundle.ts';
import { checkSource } from './check-source.ts';
import { type LayerInputs, layerContext } from './layer-inputs.ts';
import { runLayer } from './layer-run.ts';
import type { PhaseHandle } from './phase-log.ts';

export type BaseMeta = {
  kind: SourceKind;
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
    plan === undefined ? makeFromSource(inputs, folder, handle) : makeFromPackages(inputs, plan, folder, handle),
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
    aptOptions: aptOptions(inputs),
    emit: ({ phase, status, detail }) => handle.progress(`${phase} ${detail ?? (status === 'start' ? '…' : status)}`),
    workDir: folder,
    tools: inputs.tools.base,
  });
  await rename(disk.path, join(folder, baseDiskName));
  return { kind: 'bootstrap', seconds: disk.seconds };
}

/** The bundle answers as a proxy, under the archive's own addresses: what is installed knows nothing of it. */
function aptOptions({ bundle, request }: LayerInputs): string[] {
  if (bundle === undefined || !hasPackages(bundle, request.spec)) return [];
  return [`Acquire::http::Proxy "http://127.0.0.1:${bundle.port}"`, 'Acquire::Check-Valid-Until "false"'];
}

/** From the vendor's disk or medium, by Packer. */
async function makeFromSource(inputs: LayerInputs, folder: string, handle: PhaseHandle): Promise<BaseMeta> {
  const output = join(folder, 'packer');
  handle.progress('checking the source');
  const source = await checkSource(inputs);
  const variables = { source_url: source.path, source_checksum: source.checksum, ...bootWait(inputs) };
  await runLayer({ ...inputs, layer: 'base', variables, outputFolder: output }, handle);
  await rename(join(output, 'base.qcow2'), join(folder, baseDiskName));
  await rm(output, { recursive: true });
  return { kind: inputs.request.spec.source.kind, seconds: {} };
}

/** Emulated, firmware and boot loader take several times as long until there is a menu to type into. */
const emulatedTimes = 3;

function bootWait({ request, tools }: LayerInputs): { boot_wait?: string } {
  const command = findBootCommand(request.spec);
  if (command === undefined) return {};
  const times = tools.accelerator.accelerator === 'tcg' ? emulatedTimes : 1;
  return { boot_wait: `${command.waitSeconds * times}s` };
}
