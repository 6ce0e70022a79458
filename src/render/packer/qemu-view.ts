import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { View } from '../engine.ts';
import type { Seed } from '../seed.ts';
import { findBootCommand } from './boot-command.ts';
import { buildMachines } from './machine.ts';
import { packerPins } from './pins.ts';
import { buildSharedView, type Parts } from './shared-view.ts';

/**
 * One folder of the qemu builder. `image`: all in one go, for people; `base` and `node`: the two layers that
 * `hnf image build` caches. A `bootstrap` source has its base made elsewhere, so its `image` is its `node`.
 */
export type QemuLayer = 'image' | 'base' | 'node';

/** What a layer installs, and whether it starts from a disk of ours. */
export function layerParts(spec: ImageSpec, layer: QemuLayer): Parts & { overlay: boolean } {
  const overlay = layer === 'node' || spec.source.kind === 'bootstrap';
  return { base: !overlay, node: layer !== 'base', overlay };
}

/** What image.pkr.hcl.hbs may see. */
export function buildQemuView(spec: ImageSpec, layer: QemuLayer, seed: Seed): View {
  const { overlay, ...parts } = layerParts(spec, layer);
  const command = overlay ? undefined : findBootCommand(spec);
  return {
    ...buildSharedView(spec, parts, seed),
    plugin: { qemu: true, ...packerPins.qemu },
    overlay,
    iso: command !== undefined,
    source: sourceView(spec),
    sourceReference: `source.qemu.${spec.name}`,
    diskName: layer === 'base' ? 'base.qcow2' : `${spec.name}.qcow2`,
    diskSize: `${spec.disk.sizeGiB}G`,
    uefi: isUefi(spec),
    build: { cpus: spec.build.cpus, memoryMiB: spec.build.memoryMiB },
    machine: { ...buildMachines[spec.arch] },
    typesOnArm: command !== undefined && spec.arch === 'arm64',
    boot: {
      wait: `${command?.waitSeconds ?? 0}s`,
      keys: command?.keys ?? [],
      reason: command?.reason ?? '',
    },
  };
}

/** The board for arm64 has no other firmware. */
export function isUefi(spec: ImageSpec): boolean {
  return spec.build.firmware === 'uefi' || spec.arch === 'arm64';
}

/** What README.md.hbs may see. */
export function buildReadmeView(spec: ImageSpec): View {
  const { overlay } = layerParts(spec, 'image');
  return {
    name: spec.name,
    overlay,
    iso: spec.source.kind === 'iso',
    arm: spec.arch === 'arm64',
    mirror: spec.nodeadm.artifacts.kind === 'mirror',
    givenUrl: !overlay && sourceView(spec)['url'] === null,
    kubernetes: spec.kubernetes,
    nodeadm: spec.nodeadm.version,
    only: `general-build.qemu.${spec.name}`,
    disk: `output/${spec.name}.qcow2`,
    flat: `${spec.name}.qcow2`,
    activationKey: spec.subscription?.kind === 'activation-key',
    user: spec.subscription?.kind === 'user',
  };
}

function sourceView({ source }: ImageSpec): { url: string | null; checksum: string | null } {
  return source.kind === 'bootstrap' ? { url: null, checksum: null } : { url: source.url, checksum: source.checksum };
}
