import type { ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import type { View } from '../engine.ts';
import type { Seed } from '../seed.ts';
import { findBootCommand } from './boot-command.ts';
import { buildSharedView } from './shared-view.ts';
import { type VspherePlugin, vspherePluginPin } from './vsphere-pins.ts';

/** What a build on a vCenter leaves: a template (or an item of a content library), files here, or both. */
export interface VsphereResults {
  template: boolean;
  export: boolean;
}

/** The one stage there is: everything is installed in one go. */
export const vsphereParts = { base: true, node: true } as const;

/** As the seeds have it: `-only=general-build.vsphere-iso.ubuntu24`. */
const buildName = 'general-build';

/** What templates/packer/vsphere/image.pkr.hcl.hbs may see. */
export function buildVsphereView(spec: ImageSpec, seed: Seed, plugin: VspherePlugin, results: VsphereResults): View {
  const boot = findBootCommand(spec);
  return {
    ...buildSharedView(spec, vsphereParts, seed),
    plugin: { qemu: false, ...vspherePluginPin(plugin) },
    builder: checkedBuilder(spec),
    buildName,
    sourceReference: `source.${spec.builder}.${spec.name}`,
    iso: spec.source.kind === 'iso',
    source: sourceView(spec),
    bootWait: `${boot?.waitSeconds ?? 0}s`,
    bootReason: boot?.reason ?? '',
    bootCommand: boot?.keys ?? [],
    diskMiB: spec.disk.sizeGiB * 1024,
    hardware: {
      cpus: spec.hardware.cpus,
      memoryMiB: spec.hardware.memoryMiB,
      hardwareVersion: spec.hardware.hardwareVersion,
      guestOsType: spec.hardware.guestOsType,
      // The installer lays the disk out for the firmware it is started with.
      firmware: spec.build.firmware === 'uefi' ? 'efi' : 'bios',
    },
    results: { template: results.template, export: results.export },
    vmName: `${spec.name}-${spec.kubernetes}`,
    notes: `${spec.name}, Kubernetes ${spec.kubernetes}, nodeadm ${spec.nodeadm.version}`,
    // VMware Tools show the installer's address first; a clone has only the one of its system.
    ipSettleTimeout: spec.source.kind === 'iso' ? '60s' : '15s',
  };
}

/** What README.md.hbs may see. */
export function buildVsphereReadmeView(spec: ImageSpec, plugin: VspherePlugin, results: VsphereResults): View {
  return {
    name: spec.name,
    iso: spec.source.kind === 'iso',
    kubernetes: spec.kubernetes,
    nodeadm: spec.nodeadm.version,
    only: `${buildName}.${spec.builder}.${spec.name}`,
    vmName: `${spec.name}-${spec.kubernetes}`,
    pluginSource: vspherePluginPin(plugin).source,
    mirror: spec.nodeadm.artifacts.kind === 'mirror',
    givenUrl: spec.source.kind === 'iso' && spec.source.url === null,
    template: results.template,
    export: results.export,
    activationKey: spec.subscription?.kind === 'activation-key',
    user: spec.subscription?.kind === 'user',
  };
}

function checkedBuilder({ name, builder, source, arch }: ImageSpec): string {
  const wanted = source.kind === 'iso' ? 'vsphere-iso' : 'vsphere-clone';
  if (source.kind !== 'bootstrap' && builder === wanted && arch === 'amd64') return builder;
  throw new FactoryError('internal', `'${name}' (${arch}, ${source.kind}) is not for ${builder}`);
}

function sourceView({ source }: ImageSpec): View {
  if (source.kind === 'iso') return { url: source.url, checksum: source.checksum, template: null };
  return { url: null, checksum: null, template: source.kind === 'cloudImage' ? source.template : null };
}
