import type { Place } from '../config/findings.ts';
import type { RedhatVersion } from '../config/values.ts';
import type { ImageValues } from './image-layers.ts';
import { cellRules } from './image-rules-cell.ts';
import { diskRules } from './image-rules-disk.ts';
import { nodeRules } from './image-rules-node.ts';
import { proxyRules } from './image-rules-proxy.ts';
import { systemRules } from './image-rules-system.ts';
import type { Arch, BuilderKind, ImageSpec, SourceKind } from './image-spec.ts';

/** An image whose values are all there, and what the rules must know beside it. */
export interface ImageDraft {
  spec: ImageSpec;
  values: ImageValues;
  /** As it was asked for: `cloud-image`. */
  wantedSource: string | undefined;
  wantedPlatform: string | undefined;
  /** Sources the image has. */
  sourceKinds: readonly SourceKind[];
  /** Architectures its source is there for. */
  arches: readonly Arch[];
  /** Builders that can start from its source on its architecture. */
  builders: readonly BuilderKind[];
  leastDiskGiB: number;
  /** The checksum `none` was asked for. */
  allowUnverified: boolean;
  /** RHEL_VERSION. */
  rhelVersion: RedhatVersion | undefined;
}

export interface ImageFault {
  severity: 'error' | 'warning';
  /** Path inside the image. */
  path: string;
  message: string;
  hint?: string;
  /** Where the value stands, for one that is no value of the image. */
  place?: Place;
}

/** One thing that must hold for an image to be buildable by this release. */
export type ImageRule = (draft: ImageDraft) => ImageFault[];

export const imageRules: readonly ImageRule[] = [
  ...cellRules,
  ...diskRules,
  ...systemRules,
  ...proxyRules,
  ...nodeRules,
];
