import type { DiskFormat } from '../../catalog/image-spec.ts';
import { silentLog } from '../../core/log.ts';
import { packageRoot } from '../../core/package-root.ts';
import { Store } from '../../core/store.ts';
import { readBaseTemplates } from '../../lab/base/templates.ts';
import { loadTemplates } from '../../render/load-templates.ts';
import { findFinished } from './finished.ts';
import { findUnverified, lookAtLocal } from './found-source.ts';
import { computeIdentities } from './identities.ts';
import { checkArtifacts } from './node-artifacts.ts';
import { outputPaths } from './output-files.ts';
import type { BuildContext, BuildRequest } from './request.ts';

/** What a build would do; `--dry-run`. */
export interface BuildPlan {
  image: string;
  /** null: it depends on a file that nobody vouches for, and that a build would have to download first. */
  identity: string | null;
  steps: readonly { name: string; action: 'download' | 'make' | 'reuse'; key?: string; path?: string }[];
}

/** Looks, changes nothing. @throws FactoryError `input.invalid`; see checkArtifacts. */
export async function planBuild(given: BuildRequest, context: Omit<BuildContext, 'emit'>): Promise<BuildPlan> {
  const { signal } = context;
  const store = new Store(given.cacheFolder);
  const unverified = findUnverified(given.spec);
  if (unverified !== undefined && unverified.local === undefined) return planBlindly(given, unverified.url);
  const request = { ...given, spec: await lookAtLocal(given.spec, store, signal) };
  const identities = computeIdentities(request.spec, loadTemplates(packageRoot()), await readBaseTemplates());
  const paths = outputPaths(request.outputFolder, request.spec);
  const finished = request.useCache ? await findFinished(paths, identities.image, store) : undefined;
  const isThere = (format: DiskFormat) => finished?.artifacts.some((artifact) => artifact.format === format) ?? false;
  const layer = async (kind: 'base' | 'node') => {
    const entry = request.useCache ? await store.find(kind, identities[kind], { log: silentLog, signal }) : undefined;
    return { name: `${kind} layer`, action: action(entry !== undefined), key: identities[kind] };
  };
  await checkArtifacts(request, { ...context, emit: () => {} }, { store, identity: identities.node });
  const artifacts = request.formats.map((format) => ({
    name: format,
    action: action(isThere(format)),
    path: paths.artifact(format),
  }));
  return {
    image: request.spec.name,
    identity: identities.image,
    steps: [await layer('base'), await layer('node'), ...artifacts],
  };
}

/** What comes is known when it is there; until then nothing can be said to be there already. */
function planBlindly({ spec, formats, outputFolder }: BuildRequest, url: string): BuildPlan {
  const paths = outputPaths(outputFolder, spec);
  return {
    image: spec.name,
    identity: null,
    steps: [
      { name: 'source', action: 'download', path: url },
      { name: 'base layer', action: 'make' },
      { name: 'node layer', action: 'make' },
      ...formats.map((format) => ({ name: format, action: 'make' as const, path: paths.artifact(format) })),
    ],
  };
}

function action(isThere: boolean): 'make' | 'reuse' {
  return isThere ? 'reuse' : 'make';
}
