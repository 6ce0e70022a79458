import { rename } from 'node:fs/promises';
import type { EventArtifact } from '../../core/events.ts';
import { writeFileAtomic } from '../../core/files.ts';
import { ioError } from '../../core/io-error.ts';
import type { Store } from '../../core/store.ts';
import { toJUnit } from '../../lab/verify/junit.ts';
import type { VerifyReport } from '../../lab/verify/report.ts';
import { type ImageManifest, renderChecksums } from './manifest.ts';
import type { OutputPaths } from './output-files.ts';

/** Gives verified artifacts their final names; whole files are renamed, never written in place. */
export async function publishArtifacts(
  artifacts: readonly EventArtifact[],
  paths: OutputPaths,
  store: Store,
): Promise<EventArtifact[]> {
  const published: EventArtifact[] = [];
  for (const artifact of artifacts) {
    const path = paths.artifact(artifact.format as 'raw');
    try {
      await rename(artifact.path, path);
    } catch (error) {
      throw ioError(error, path);
    }
    await store.hashes.remember(path, artifact.sha256);
    published.push({ ...artifact, path });
  }
  return published;
}

/** The files beside the artifacts. The manifest comes last: it says that the rest is whole. */
export async function publishRecords(
  manifest: ImageManifest,
  records: { artifacts: readonly EventArtifact[]; reports: readonly VerifyReport[]; sbom: string },
  paths: OutputPaths,
): Promise<void> {
  await writeFileAtomic(paths.checksums, renderChecksums(records.artifacts));
  await writeFileAtomic(paths.sbom, records.sbom);
  await writeFileAtomic(paths.verifyJson, `${JSON.stringify(records.reports, null, 2)}\n`);
  for (const report of records.reports) await writeFileAtomic(paths.verifyJunit(report.artifact), toJUnit(report));
  await writeFileAtomic(paths.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
}
