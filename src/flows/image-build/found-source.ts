import { join } from 'node:path';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import { Store } from '../../core/store.ts';
import { withTempDir } from '../../core/temp.ts';
import { downloadUnverified } from '../../mirror/download.ts';
import type { PhaseLog } from './phase-log.ts';
import { checkBuild, checkLocalSource } from './preflight.ts';
import { downloadTimeoutMs, findLocalPath, httpLimits } from './provide-source.ts';
import type { BuildContext, BuildRequest } from './request.ts';

/** A request whose source has been looked at, as far as nobody vouches for it. */
export interface FoundRequest {
  request: BuildRequest;
  /** Where the source lies that was downloaded for this build alone. */
  sourceFile: string | undefined;
}

interface FoundSourceParts {
  phases: PhaseLog;
  /** Throws what a build would end with anyway: said before a download of gigabytes and not after it. */
  checkReady(): Promise<void>;
}

/** Where a source with the checksum `none` is; undefined for every other one. */
export function findUnverified({ source }: ImageSpec): { url: string; local: string | undefined } | undefined {
  if (source.kind === 'bootstrap' || source.url === null || source.checksum !== 'none') return undefined;
  return { url: source.url, local: findLocalPath(source.url) };
}

/** The same image, made of what was found. */
export function withFound(spec: ImageSpec, sha256: string): ImageSpec {
  const { source } = spec;
  return source.kind === 'bootstrap' ? spec : { ...spec, source: { ...source, found: `sha256:${sha256}` } };
}

/** Of a file on this machine that nobody vouches for, what it is. @throws FactoryError `input.not-found` */
export async function lookAtLocal(spec: ImageSpec, store: Store, signal: AbortSignal): Promise<ImageSpec> {
  const local = findUnverified(spec)?.local;
  if (local === undefined) return spec;
  await checkLocalSource(spec);
  return withFound(spec, await store.hashes.sha256(local, signal));
}

/**
 * Checks a build and runs `use` with it. Of a source with the checksum `none` it first finds out what it is, so that the identity says no more
 * and no less: such a source is downloaded for every build, into a private folder that is gone afterwards, and never gets into the cache.
 * @throws FactoryError as checkBuild; `network.failed`, `tool.missing`
 */
export async function withFoundSource<T>(
  request: BuildRequest,
  context: BuildContext,
  { phases, checkReady }: FoundSourceParts,
  use: (found: FoundRequest) => Promise<T>,
): Promise<T> {
  const unverified = findUnverified(request.spec);
  const store = new Store(request.cacheFolder);
  if (unverified === undefined || unverified.local !== undefined) {
    const spec = await phases.run('check', async () => {
      await checkBuild(request);
      return lookAtLocal(request.spec, store, context.signal);
    });
    warn(spec, context);
    return use({ request: { ...request, spec }, sourceFile: undefined });
  }
  await checkBuild(request);
  const downloads = join(store.root, 'downloads');
  return withTempDir(
    'hnf-source',
    async (folder) => {
      const sourceFile = join(folder, 'disk');
      const spec = await phases.run('check', async (handle) => {
        await checkReady();
        handle.progress(`downloading ${unverified.url}`);
        return withFound(request.spec, await download(unverified.url, sourceFile, context));
      });
      warn(spec, context);
      return use({ request: { ...request, spec }, sourceFile });
    },
    downloads,
  );
}

function download(url: string, path: string, context: BuildContext): Promise<string> {
  return downloadUnverified(url, path, { timeoutMs: downloadTimeoutMs }, { ...context, ...httpLimits });
}

function warn({ source }: ImageSpec, { log }: BuildContext): void {
  if (source.kind === 'bootstrap' || source.found === undefined) return;
  log.warn(
    `'${source.url}' is used without a checksum: nobody says that it is the right file. Give checksum '${source.found}' to have it checked from now on`,
  );
}
