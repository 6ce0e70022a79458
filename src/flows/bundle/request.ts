import type { Arch, CredentialProvider, ImageSpec } from '../../catalog/image-spec.ts';
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import type { Exec } from '../../core/exec.ts';
import type { Log } from '../../core/log.ts';
import type { Store } from '../../core/store.ts';
import type { BundleContent } from '../../mirror/bundle/bundle-manifest.ts';
import type { BundleFile } from '../../mirror/bundle/write-bundle.ts';
import type { RegistryLogin } from '../../mirror/oci/credentials.ts';

/** Parts of a bundle that may be left out. */
export const bundleParts = ['tools', 'artifacts', 'packages', 'images', 'sources'] as const;

export type BundlePart = (typeof bundleParts)[number];

/** What nodeadm installs from. */
export interface ArtifactNeed {
  kubernetes: string;
  arch: Arch;
  provider: CredentialProvider;
  nodeadmVersion: string;
}

export interface BundleRequest {
  /** Cells of the catalog that can be built from it. */
  cells: readonly ImageSpec[];
  /** Besides what the cells need. */
  artifacts: readonly ArtifactNeed[];
  /** Container images besides those that profiles preload; with the processor they are for. */
  images: readonly { reference: string; arch: Arch }[];
  parts: readonly BundlePart[];
  /** `.tar` or `.tar.gz`. */
  target: string;
  /** Version of hnf. */
  toolVersion: string;
}

export interface BundleContext {
  exec: Exec;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
  emit: Emit;
  env: Readonly<Record<string, string | undefined>>;
  store: Store;
  logins: ReadonlyMap<string, RegistryLogin>;
}

/** What one part brings. */
export interface Collected {
  files: readonly BundleFile[];
  content: Partial<BundleContent>;
}

/** How a part says what it is doing. */
export type Tell = (detail: string) => void;

export interface PartContext extends BundleContext {
  tell: Tell;
  /** For texts that are made here; gone afterwards. */
  workFolder: string;
}
