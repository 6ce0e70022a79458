import { basename } from 'node:path';
import { cellId, type ImageSpec, specJson } from '../../catalog/image-spec.ts';
import type { BuildArtifact, EventArtifact } from '../../core/events.ts';
import type { PhaseTime } from './request.ts';

/** What `….manifest.json` holds: enough to say what the image is and to find it again. */
export interface ImageManifest {
  schema: 1;
  image: string;
  cell: string;
  identity: string;
  /** ISO 8601, UTC. */
  created: string;
  builtWith: Readonly<Record<string, string>>;
  accelerator: string;
  spec: unknown;
  layers: { base: string; node: string };
  /** `sha256` is null for what is in a vCenter and no file. */
  artifacts: readonly { format: string; file: string; bytes: number | null; sha256: string | null }[];
  /** What nodeadm installed, with where it came from. */
  components: readonly { name: string; version: string; sha256: string; origin: string }[];
  packages: number;
  /** Container images in its store. */
  images: readonly { reference: string; digest: string }[];
  phases: readonly PhaseTime[];
  verify: { passed: number; failed: number };
}

export function buildManifest(
  spec: ImageSpec,
  facts: Omit<ImageManifest, 'schema' | 'image' | 'cell' | 'spec' | 'artifacts'> & {
    artifacts: readonly BuildArtifact[];
  },
): ImageManifest {
  const artifacts = facts.artifacts.map(({ format, path, bytes, sha256 }) => ({
    format,
    file: basename(path),
    bytes,
    sha256,
  }));
  return { schema: 1, image: spec.name, cell: cellId(spec), spec: specJson(spec), ...facts, artifacts };
}

/** The text of the `.sha256` file: `sha256sum -c` in the output folder checks it. */
export function renderChecksums(artifacts: readonly EventArtifact[]): string {
  return artifacts.map((artifact) => `${artifact.sha256}  ${basename(artifact.path)}\n`).join('');
}
