import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DiskFormat } from '../../catalog/image-spec.ts';
import type { EventArtifact } from '../../core/events.ts';
import { findText } from '../../core/files.ts';
import type { Store } from '../../core/store.ts';
import type { VerifyReport } from '../../lab/verify/report.ts';
import type { ImageManifest } from './manifest.ts';
import type { OutputPaths } from './output-files.ts';

export interface Finished {
  manifest: ImageManifest;
  /** All that are there and whole, also of formats not asked for this time. */
  artifacts: EventArtifact[];
  reports: VerifyReport[];
}

/** What an earlier build of the same image left in the output folder and is still whole. */
export async function findFinished(paths: OutputPaths, identity: string, store: Store): Promise<Finished | undefined> {
  const manifest = parse<ImageManifest>(await findText(paths.manifest));
  if (manifest?.identity !== identity) return undefined;
  for (const record of [paths.checksums, paths.sbom]) if ((await findText(record)) === undefined) return undefined;
  const artifacts: EventArtifact[] = [];
  for (const { format, file, bytes, sha256 } of manifest.artifacts) {
    if (bytes === null || sha256 === null) continue;
    const path = join(paths.folder, file);
    if (await isWhole(path, bytes, sha256, store)) artifacts.push({ format, path, bytes, sha256 });
  }
  return { manifest, artifacts, reports: parse<VerifyReport[]>(await findText(paths.verifyJson)) ?? [] };
}

/** Whole, and with the report of its verification. */
export function hasFormats(finished: Finished, formats: readonly DiskFormat[]): boolean {
  return formats.every((format) => {
    const artifact = finished.artifacts.find((candidate) => candidate.format === format);
    return artifact !== undefined && finished.reports.some((report) => report.artifact === basename(artifact.path));
  });
}

async function isWhole(path: string, bytes: number, sha256: string, store: Store): Promise<boolean> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => -1,
  );
  return size === bytes && (await store.hashes.sha256(path)) === sha256;
}

function parse<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
