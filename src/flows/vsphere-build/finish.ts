import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { type BuildArtifact, isFileArtifact, type RemoteArtifact } from '../../core/events.ts';
import { writeFileAtomic } from '../../core/files.ts';
import { ioError } from '../../core/io-error.ts';
import type { Govc } from '../../vsphere/govc.ts';
import { findMachine } from '../../vsphere/machines.ts';
import { buildManifest, renderChecksums } from '../image-build/manifest.ts';
import type { OutputPaths } from '../image-build/output-files.ts';
import type { PhaseTime, VerifyCheck } from '../image-build/request.ts';
import { buildSbom, readContents } from '../image-build/sbom.ts';
import { machinePath } from './place.ts';
import type { Survey } from './preflight.ts';
import type { VsphereBuildRequest } from './request.ts';
import { judgeMachine, readDeviceTypes } from './verify-machine.ts';

/** What the vCenter has now, and whether it is what was asked for. */
export interface VcenterResult {
  artifact: RemoteArtifact;
  checks: VerifyCheck[];
}

/** @throws FactoryError `verify.failed` naming every setting that is not as asked for */
export async function checkTemplateResult(
  govc: Govc,
  request: VsphereBuildRequest,
  survey: Survey,
  vmName: string,
): Promise<VcenterResult> {
  const path = machinePath(survey.place, vmName);
  const machine = await findMachine(govc, path);
  if (machine === undefined) throw new FactoryError('verify.failed', `there is no template '${path}' after the build`);
  const checks = judgeMachine(request.spec, machine, await readDeviceTypes(govc, machine));
  const failed = checks.filter((check) => check.status === 'fail');
  if (failed.length > 0) {
    const details = failed.map(({ id, expected, saw }) => `${id}: expected ${expected}, saw ${saw}`);
    throw new FactoryError('verify.failed', `the template '${path}' is not what was asked for`, { details });
  }
  const bytes = machine.diskBytes.reduce((sum, size) => sum + size, 0);
  return { artifact: { format: 'vsphere', path, bytes, sha256: null }, checks };
}

/** @throws FactoryError `verify.failed` when the library does not have the item */
export async function checkLibraryResult(govc: Govc, library: string, vmName: string): Promise<VcenterResult> {
  const path = `/${library}/${vmName}`;
  const items = (await govc.run(['library.ls', `/${library}/*`])).split('\n');
  const found = items.includes(path);
  const check = { artifact: vmName, id: 'library item', expected: path, saw: found ? path : 'none' };
  if (!found) throw new FactoryError('verify.failed', `there is no library item '${path}' after the build`);
  const artifact: RemoteArtifact = { format: 'vsphere', path, bytes: null, sha256: null };
  return { artifact, checks: [{ ...check, status: 'pass' }] };
}

export interface PublishJob {
  request: VsphereBuildRequest;
  identity: string;
  paths: OutputPaths;
  /** ISO 8601, UTC. */
  created: string;
  versions: Readonly<Record<string, string>>;
  /** Folder with the guest's list of contents. */
  contentsFolder: string;
  artifacts: readonly BuildArtifact[];
  checks: readonly VerifyCheck[];
  phases: readonly PhaseTime[];
}

/** Final names last: checksums, SBOM and then the manifest, which says that the rest is whole. */
export async function publishResults(job: PublishJob): Promise<BuildArtifact[]> {
  const { request, paths, identity, created } = job;
  const artifacts = await Promise.all(job.artifacts.map((artifact) => moveToPlace(artifact, paths)));
  const files = artifacts.filter(isFileArtifact);
  const contents = await readContents(job.contentsFolder);
  const manifest = buildManifest(request.spec, {
    identity,
    created,
    builtWith: { hnf: request.toolVersion, ...job.versions },
    accelerator: 'vsphere',
    layers: { base: identity, node: identity },
    artifacts,
    components: [],
    packages: contents.packages.length,
    images: contents.images,
    phases: job.phases,
    verify: {
      passed: job.checks.filter((check) => check.status === 'pass').length,
      failed: job.checks.filter((check) => check.status === 'fail').length,
    },
  });
  const facts = { image: request.spec.name, version: request.spec.kubernetes, identity, created };
  if (files.length > 0) await writeFileAtomic(paths.checksums, renderChecksums(files));
  await writeFileAtomic(paths.sbom, buildSbom({ ...facts, toolVersion: request.toolVersion }, contents, []));
  await writeFileAtomic(paths.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
  return artifacts;
}

async function moveToPlace(artifact: BuildArtifact, paths: OutputPaths): Promise<BuildArtifact> {
  if (!isFileArtifact(artifact)) return artifact;
  const path = join(paths.folder, basename(artifact.path));
  await rename(artifact.path, path).catch((error: unknown) => {
    throw ioError(error, path);
  });
  return { ...artifact, path };
}
