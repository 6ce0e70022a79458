import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { type BuildArtifact, type EventArtifact, type Operation, startOperation } from '../../core/events.ts';
import { withFileLock } from '../../core/lock.ts';
import { packageRoot } from '../../core/package-root.ts';
import { Store } from '../../core/store.ts';
import { withTempDir } from '../../core/temp.ts';
import { loadTemplates } from '../../render/load-templates.ts';
import { renderVsphereFolder } from '../../render/packer/vsphere.ts';
import { withGovc } from '../../vsphere/govc.ts';
import { destroyMachine } from '../../vsphere/machines.ts';
import { type OutputPaths, outputPaths } from '../image-build/output-files.ts';
import { PhaseLog } from '../image-build/phase-log.ts';
import type { BuildContext, BuildResult, VerifyCheck } from '../image-build/request.ts';
import { type CompleteTarget, checkRequest } from './check-request.ts';
import { cleanUpFailure, removeUploads } from './clean-up.ts';
import { exportOva } from './export-ova.ts';
import { checkLibraryResult, checkTemplateResult, publishResults } from './finish.ts';
import { findFinishedOva } from './finished.ts';
import { vsphereIdentity } from './identity.ts';
import { createMark, isImage, machineName, machineNotes } from './names.ts';
import { runPackerBuild } from './packer-build.ts';
import { machinePath } from './place.ts';
import { checkOutput, type Survey, survey } from './preflight.ts';
import type { VsphereBuildRequest } from './request.ts';
import { requireVsphereTools, type VsphereTools } from './tools.ts';
import { UploadLog } from './uploads.ts';

/** How long a second build of the same image into the same folder waits for the first. */
const lockTimeoutMs = 6 * 60 * 60 * 1000;

/** The phases of a build in order: what a terminal view lists before they start. */
export const vspherePhases = ['check', 'tools', 'vcenter', 'build', 'formats', 'verify', 'manifest'] as const;

/**
 * Builds an image on a vCenter with Packer and makes of it a template, an item of a content library, an OVA. All or nothing: after an
 * error or an interrupt the vCenter has no machine, no seed CD and no session of the build.
 * The result rejects with FactoryError.
 */
export function buildOnVsphere(
  request: VsphereBuildRequest,
  context: Omit<BuildContext, 'emit'>,
): Operation<BuildResult> {
  return startOperation(async (emit) => {
    const phases = new PhaseLog(request.spec.name, emit);
    const target = await phases.run('check', async () => {
      const complete = checkRequest(request);
      await checkOutput(request);
      return complete;
    });
    const paths = outputPaths(request.outputFolder, request.spec);
    const lock = { what: `building ${request.spec.name}`, timeoutMs: lockTimeoutMs, signal: context.signal };
    const onWait = (holder: string) => context.log.info(`waiting for ${holder}`);
    const job = { request, target, paths, phases, context: { ...context, emit } };
    return withFileLock(paths.lock, { ...lock, onWait }, () => build(job));
  });
}

interface Job {
  request: VsphereBuildRequest;
  target: CompleteTarget;
  paths: OutputPaths;
  phases: PhaseLog;
  context: BuildContext;
}

async function build(job: Job): Promise<BuildResult> {
  const { request, target, phases, context } = job;
  const store = new Store(request.cacheFolder);
  const identity = vsphereIdentity(request.spec, loadTemplates(packageRoot()));
  const tools = await phases.run('tools', () => requireVsphereTools(request, context, store));
  const found = await phases.run('vcenter', () =>
    withGovc(target, govcWorld(tools, context), (govc) =>
      survey(govc, request, target, machineName(request.spec), context.signal),
    ),
  );
  const finished = request.useCache ? await findFinished(job, found, identity, store) : undefined;
  if (finished !== undefined) return answerFinished(job, identity, finished);
  checkNameIsFree(job, found, identity);
  return make({ ...job, tools, found, identity, mark: createMark(), uploads: new UploadLog() });
}

function govcWorld(tools: VsphereTools, { exec, signal }: BuildContext) {
  return { exec, govcPath: tools.govc, signal };
}

/** Everything asked for that is there already, or undefined when something is not. */
async function findFinished(
  { request, target, paths }: Job,
  { existing, place }: Survey,
  identity: string,
  store: Store,
): Promise<BuildArtifact[] | undefined> {
  const artifacts: BuildArtifact[] = [];
  for (const format of request.formats) {
    const isTemplate = existing !== undefined && isImage(existing, identity) && target.contentLibrary === undefined;
    const path = machinePath(place, machineName(request.spec));
    const bytes = existing?.diskBytes.reduce((sum, size) => sum + size, 0) ?? 0;
    const template = isTemplate ? { format, path, bytes, sha256: null } : undefined;
    const artifact = format === 'vsphere' ? template : await findFinishedOva(paths, identity, store);
    if (artifact === undefined) return undefined;
    artifacts.push(artifact);
  }
  return artifacts;
}

async function answerFinished(job: Job, identity: string, artifacts: readonly BuildArtifact[]): Promise<BuildResult> {
  const { request, phases } = job;
  for (const phase of ['build', 'formats', 'verify'] as const)
    await phases.run(phase, async (handle) => handle.cached());
  const verify = { passed: 0, failed: 0, checks: [] };
  return { image: request.spec.name, identity, cached: true, artifacts, phases: phases.times, verify };
}

/** @throws FactoryError `input.invalid` */
function checkNameIsFree({ request }: Job, { existing, place }: Survey, identity: string): void {
  if (existing === undefined || request.force) return;
  const path = machinePath(place, machineName(request.spec));
  const what = existing.isTemplate ? 'template' : 'machine';
  const why = isImage(existing, identity) ? 'which is this image' : 'which is not this image';
  throw new FactoryError('input.invalid', `there is a ${what} '${path}' already, ${why}`, {
    hint: 'Build with --force to replace it, or put the result into another folder.',
  });
}

interface MakeJob extends Job {
  tools: VsphereTools;
  found: Survey;
  identity: string;
  mark: string;
  uploads: UploadLog;
}

async function make(job: MakeJob): Promise<BuildResult> {
  const { request, target, found, context, tools, mark, uploads } = job;
  const vmName = machineName(request.spec);
  try {
    return await withTempDir('.hnf-staging', (staging) => makeIn(staging, vmName, job), request.outputFolder);
  } catch (error) {
    const cleanUp = { target, place: found.place, vmName, mark, uploads };
    await cleanUpFailure(cleanUp, { exec: context.exec, govcPath: tools.govc }, context.log);
    throw error;
  }
}

async function makeIn(staging: string, vmName: string, job: MakeJob): Promise<BuildResult> {
  const { request, phases, context, tools, identity } = job;
  const exported = join(staging, 'packer');
  await mkdir(exported);
  await phases.run('build', async (handle) => {
    await replaceExisting(job);
    const files = renderVsphereFolder(request.spec, loadTemplates(packageRoot()), {
      plugin: tools.plugin,
      formats: request.formats,
    });
    const notes = machineNotes(request.spec, identity, job.mark);
    const { found: survey, target, uploads } = job;
    const build = { request, target, survey, files, vmName, notes, identity, uploads, context };
    const places = { packer: tools.packer, plugin: tools.plugin, outputFolder: exported, logFolder: job.paths.logs };
    await runPackerBuild({ ...build, ...places }, handle);
  });
  const files = await phases.run('formats', async () => {
    if (!request.formats.includes('ova')) return [];
    const ovaPath = join(staging, basename(job.paths.artifact('ova')));
    const { spec } = request;
    const template = job.found.template;
    return [await exportOva({ spec, identity, folder: exported, template, ovaPath, signal: context.signal })];
  });
  const { artifacts, checks } = await phases.run('verify', () => checkResults(job, vmName, files));
  const created = new Date(context.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const published = await phases.run('manifest', () => {
    const facts = { request, identity, paths: job.paths, created, versions: tools.versions, artifacts, checks };
    return publishResults({ ...facts, contentsFolder: exported, phases: phases.times });
  });
  const verify = { passed: checks.filter((check) => check.status === 'pass').length, failed: 0, checks };
  return { image: request.spec.name, identity, cached: false, artifacts: published, phases: phases.times, verify };
}

/** As late as can be: until here a build that cannot work has changed nothing. */
async function replaceExisting({ found, target, tools, context }: MakeJob): Promise<void> {
  const { existing } = found;
  if (existing === undefined) return;
  await withGovc(target, govcWorld(tools, context), (govc) => destroyMachine(govc, existing.reference));
}

async function checkResults(
  job: MakeJob,
  vmName: string,
  files: readonly EventArtifact[],
): Promise<{ artifacts: BuildArtifact[]; checks: VerifyCheck[] }> {
  const { request, target, found, tools, context, uploads } = job;
  return withGovc(target, govcWorld(tools, context), async (govc) => {
    await removeUploads(govc, found.place, uploads);
    if (!request.formats.includes('vsphere')) return { artifacts: [...files], checks: [] };
    const { artifact, checks } =
      target.contentLibrary === undefined
        ? await checkTemplateResult(govc, request, found, vmName)
        : await checkLibraryResult(govc, target.contentLibrary, vmName);
    return { artifacts: [artifact, ...files], checks };
  });
}
