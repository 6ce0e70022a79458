import type { Arch } from '../catalog/image-spec.ts';
import type { ArtifactName, ItemOrigin } from './inventory.ts';

/** Makes artifacts on this machine; the real one is over src/tools' Go builds (go-builder.ts). */
export interface ArtifactBuilder {
  /** The version that is pinned beside a Kubernetes version. */
  versionFor(name: ArtifactName, kubernetes: string): string;
  /** Package URL of the source, e.g. `pkg:golang/k8s.io/kubernetes@v1.34.2#cmd/kubelet`. @throws FactoryError when it cannot be built. */
  sourceOf(name: ArtifactName, version: string): string;
  /** `tell` gets a line now and then: a build takes minutes. */
  build(name: ArtifactName, version: string, arch: Arch, tell: (progress: string) => void): Promise<BuiltArtifact>;
}

export interface BuiltArtifact {
  /** Absolute path. */
  file: string;
  origin: ItemOrigin;
  source: string;
}
