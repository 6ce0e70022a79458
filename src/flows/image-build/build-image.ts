import { rmdir, stat } from 'node:fs/promises';
import { type Operation, startOperation } from '../../core/events.ts';
import { withFileLock } from '../../core/lock.ts';
import { packageRoot } from '../../core/package-root.ts';
import { Store, type StoreEntry } from '../../core/store.ts';
import { applyPrune, listEntries, planPrune } from '../../core/store-prune.ts';
import type { BasePlan } from '../../lab/base/plan.ts';
import { readBaseTemplates } from '../../lab/base/templates.ts';
import { loadTemplates } from '../../render/load-templates.ts';
import { provideBaseLayer } from './base-layer.ts';
import { openBuildBundle, withServedBundle } from './build-bundle.ts';
import { requireBuildTools } from './build-tools.ts';
import { finishImage } from './finish-image.ts';
import { type Finished, findFinished, hasFormats } from './finished.ts';
import { type FoundRequest, withFoundSource } from './found-source.ts';
import { computeIdentities, type Identities, planBootstrap } from './identities.ts';
import type { LayerInputs } from './layer-inputs.ts';
import { checkArtifacts } from './node-artifacts.ts';
import { type NodeMeta, provideNodeLayer } from './node-layer.ts';
import { type OutputPaths, outputPaths } from './output-files.ts';
import { PhaseLog } from './phase-log.ts';
import { checkBuildSpace } from './preflight.ts';
import type { BuildContext, BuildRequest, BuildResult } from './request.ts';
import { buildResult } from './result.ts';

/** How long a second build of the same image into the same folder waits for the first. */
const lockTimeoutMs = 6 * 60 * 60 * 1000;

/**
 * Builds an image: base layer, node layer, formats, verification, manifest; each only if it is not there already.
 * The result rejects with FactoryError; nothing with a final name is ever half-written.
 */
export function buildImage(request: BuildRequest, context: Omit<BuildContext, 'emit'>): Operation<BuildResult> {
  return startOperation(async (emit) => {
    const phases = new PhaseLog(request.spec.name, emit);
    const whole = { ...context, emit };
    const checkReady = async () => {
      await checkBuildSpace(request);
      // A bundle brings its own tools.
      if (request.bundle === undefined) await requireBuildTools(request, whole, new Store(request.cacheFolder));
    };
    return orAsBefore(request.outputFolder, () =>
      withFoundSource(request, whole, { phases, checkReady }, (found) => {
        const paths = outputPaths(request.outputFolder, request.spec);
        const lock = { what: `building ${request.spec.name}`, timeoutMs: lockTimeoutMs, signal: context.signal };
        const onWait = (holder: string) => context.log.info(`waiting for ${holder}`);
        return withFileLock(paths.lock, { ...lock, onWait }, () => build(found, whole, paths, phases));
      }),
    );
  });
}

/** A build that was refused leaves no empty folder. */
async function orAsBefore<T>(folder: string, run: () => Promise<T>): Promise<T> {
  const before = await stat(folder).catch(() => undefined);
  try {
    return await run();
  } catch (error) {
    if (before === undefined) await rmdir(folder).catch(() => {});
    throw error;
  }
}

async function build(
  { request, sourceFile }: FoundRequest,
  context: BuildContext,
  paths: OutputPaths,
  phases: PhaseLog,
): Promise<BuildResult> {
  const store = new Store(request.cacheFolder);
  const templates = loadTemplates(packageRoot());
  const lab = await readBaseTemplates();
  const identities = computeIdentities(request.spec, templates, lab);
  const finished = request.useCache ? await findFinished(paths, identities.image, store) : undefined;
  if (finished !== undefined && hasFormats(finished, request.formats)) {
    return answerFinished(request, identities, finished, phases);
  }
  const { opened, tools } = await phases.run('tools', async (handle) => {
    await checkBuildSpace(request);
    await checkArtifacts(request, context, { store, identity: identities.node });
    const bundle = await openBuildBundle(request, context, { store, identities }, handle);
    return { opened: bundle, tools: await requireBuildTools(request, context, store) };
  });
  const result = await withServedBundle(opened, request, context, async (bundle) => {
    const inputs: LayerInputs = {
      request,
      identities,
      templates,
      store,
      tools,
      context,
      sourceFile,
      bundle,
      logFolder: paths.logs,
    };
    const node = await makeLayers(inputs, planBootstrap(request.spec, lab), phases);
    return finishImage(inputs, node, { paths, phases, finished });
  });
  await applyPrune(planPrune(await listEntries(store.root), request.cacheMaxBytes));
  return result;
}

async function makeLayers(
  inputs: LayerInputs,
  plan: BasePlan | undefined,
  phases: PhaseLog,
): Promise<StoreEntry<NodeMeta>> {
  const base = await phases.run('base layer', async (handle) => {
    const entry = await provideBaseLayer(inputs, plan, handle);
    if (entry.cached) handle.cached();
    return entry;
  });
  return phases.run('node layer', async (handle) => {
    const entry = await provideNodeLayer(inputs, base.folder, handle);
    if (entry.cached) handle.cached();
    return entry;
  });
}

/** Nothing has changed and everything is whole: no tool is looked for, no machine started. */
async function answerFinished(
  request: BuildRequest,
  identities: Identities,
  finished: Finished,
  phases: PhaseLog,
): Promise<BuildResult> {
  for (const phase of ['base layer', 'node layer', 'formats', 'verify'] as const) {
    await phases.run(phase, async (handle) => handle.cached());
  }
  const artifacts = request.formats.flatMap((format) => finished.artifacts.filter((item) => item.format === format));
  return buildResult({ request, identities, artifacts, reports: finished.reports, phases, cached: true });
}
