import { basename, join } from 'node:path';
import type { EventArtifact } from '../../core/events.ts';
import type { StoreEntry } from '../../core/store.ts';
import { withTempDir } from '../../core/temp.ts';
import type { VerifyReport } from '../../lab/verify/report.ts';
import type { Finished } from './finished.ts';
import { writeFormat } from './formats.ts';
import type { LayerInputs } from './layer-inputs.ts';
import { buildManifest } from './manifest.ts';
import { type NodeMeta, nodeDiskName } from './node-layer.ts';
import type { OutputPaths } from './output-files.ts';
import type { PhaseLog } from './phase-log.ts';
import { publishArtifacts, publishRecords } from './publish.ts';
import type { BuildResult } from './request.ts';
import { buildResult, countAll } from './result.ts';
import { buildSbom, readContents } from './sbom.ts';
import { checkReports, verifyArtifacts } from './verify-artifacts.ts';

interface FinishJob {
  paths: OutputPaths;
  phases: PhaseLog;
  /** What an earlier build of the same image left. */
  finished: Finished | undefined;
}

/** Formats and verification in a staging folder; only what was verified gets its final name. */
export async function finishImage(
  inputs: LayerInputs,
  node: StoreEntry<NodeMeta>,
  job: FinishJob,
): Promise<BuildResult> {
  return withTempDir('.hnf-staging', (staging) => finishIn(staging, inputs, node, job), job.paths.folder);
}

async function finishIn(
  staging: string,
  inputs: LayerInputs,
  node: StoreEntry<NodeMeta>,
  job: FinishJob,
): Promise<BuildResult> {
  const { request, identities } = inputs;
  const { phases } = job;
  const staged = await phases.run('formats', async (handle) => {
    const raw = join(node.folder, nodeDiskName);
    const format = { ...inputs, spec: request.spec, raw, folder: staging, handle };
    return Promise.all(request.formats.map((name) => writeFormat(name, format)));
  });
  let started = false;
  const reports = await phases.run('verify', async (handle) => {
    const outcome = await verifyArtifacts(staged, { ...inputs, handle });
    started = outcome.started;
    if (!started) handle.cached();
    return outcome.reports;
  });
  await checkReports(reports, join(job.paths.logs, 'verify.json'));
  const artifacts = await phases.run('manifest', () => publish(inputs, node, job, staged, reports));
  return buildResult({ request, identities, artifacts, reports, phases, cached: node.cached && !started });
}

async function publish(
  inputs: LayerInputs,
  node: StoreEntry<NodeMeta>,
  { paths, phases, finished }: FinishJob,
  staged: readonly EventArtifact[],
  reports: readonly VerifyReport[],
): Promise<EventArtifact[]> {
  const { request, identities, context } = inputs;
  const { spec } = request;
  const artifacts = await publishArtifacts(staged, paths, inputs.store);
  const all = mergeBy(finished?.artifacts ?? [], artifacts, (artifact) => artifact.format);
  const allReports = mergeBy(finished?.reports ?? [], reports, (report) => report.artifact).filter((report) =>
    all.some((artifact) => basename(artifact.path) === report.artifact),
  );
  const contents = await readContents(node.folder);
  const created = new Date(context.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const manifest = buildManifest(spec, {
    identity: identities.image,
    created,
    builtWith: { hnf: request.toolVersion, ...node.meta.builtWith },
    accelerator: node.meta.accelerator,
    layers: { base: identities.base, node: identities.node },
    artifacts: all,
    components: node.meta.components.map(({ name, version, sha256, origin }) => ({ name, version, sha256, origin })),
    packages: contents.packages.length,
    images: contents.images,
    phases: phases.times,
    verify: countAll(allReports),
  });
  const facts = { image: spec.name, version: spec.kubernetes, identity: identities.image, created };
  const sbom = buildSbom({ ...facts, toolVersion: request.toolVersion }, contents, node.meta.components);
  await publishRecords(manifest, { artifacts: all, reports: allReports, sbom }, paths);
  return artifacts;
}

/** `newer` over `older`, by name, in order of the name. */
function mergeBy<T>(older: readonly T[], newer: readonly T[], nameOf: (item: T) => string): T[] {
  const merged = new Map([...older, ...newer].map((item) => [nameOf(item), item]));
  return [...merged.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
