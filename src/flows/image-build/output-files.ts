import { join } from 'node:path';
import type { DiskFormat, ImageSpec } from '../../catalog/image-spec.ts';

/** What every file of one image in the output folder starts with: `<image>-<version>` (cli.md, "Files it writes"). */
export function outputStem(spec: ImageSpec): string {
  return `${spec.name}-${spec.kubernetes}`;
}

export interface OutputPaths {
  folder: string;
  artifact(format: DiskFormat): string;
  manifest: string;
  checksums: string;
  sbom: string;
  verifyJson: string;
  /** One per booted artifact, named after its file. */
  verifyJunit(artifact: string): string;
  /** Packer's and the guests' logs; only of builds that ran. */
  logs: string;
  lock: string;
}

export function outputPaths(folder: string, spec: ImageSpec): OutputPaths {
  const stem = join(folder, outputStem(spec));
  return {
    folder,
    artifact: (format) => `${stem}.${format}`,
    manifest: `${stem}.manifest.json`,
    checksums: `${stem}.sha256`,
    sbom: `${stem}.spdx.json`,
    verifyJson: `${stem}.verify.json`,
    verifyJunit: (artifact) => join(folder, `${artifact}.verify.junit.xml`),
    logs: `${stem}.logs`,
    lock: `${stem}.lock`,
  };
}
