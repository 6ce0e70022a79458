import type { platforms } from '../config/values.ts';
import type { Arch, BuilderKind, ImageFormat, SourceKind } from './image-spec.ts';

export type Platform = (typeof platforms)[number];

/** What a builder starts from, on which processors, and what it gives. */
export interface BuilderFacts {
  platform: Platform;
  sources: readonly SourceKind[];
  arches: readonly Arch[];
  formats: readonly ImageFormat[];
  /** The format where none is asked for. */
  format: ImageFormat;
}

export const builderFacts = {
  qemu: {
    platform: 'qemu',
    sources: ['iso', 'cloudImage', 'bootstrap'],
    arches: ['amd64', 'arm64'],
    formats: ['qcow2', 'raw', 'ova'],
    format: 'qcow2',
  },
  'vsphere-iso': {
    platform: 'vsphere',
    sources: ['iso'],
    arches: ['amd64'],
    formats: ['vsphere', 'ova'],
    format: 'vsphere',
  },
  'vsphere-clone': {
    platform: 'vsphere',
    sources: ['cloudImage'],
    arches: ['amd64'],
    formats: ['vsphere', 'ova'],
    format: 'vsphere',
  },
} as const satisfies Record<BuilderKind, BuilderFacts>;

export const builderOrder: readonly BuilderKind[] = ['qemu', 'vsphere-iso', 'vsphere-clone'];

export function factsOf(builder: BuilderKind): BuilderFacts {
  return builderFacts[builder];
}

export function buildersOn(platform: Platform): BuilderKind[] {
  return builderOrder.filter((builder) => factsOf(builder).platform === platform);
}

export function buildersFor(kind: SourceKind, arch?: Arch): BuilderKind[] {
  return builderOrder.filter((builder) => {
    const { sources, arches } = factsOf(builder);
    return sources.includes(kind) && (arch === undefined || arches.includes(arch));
  });
}
