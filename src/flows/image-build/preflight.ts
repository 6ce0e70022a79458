import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import { makeFolder } from '../../core/files.ts';
import { ioError } from '../../core/io-error.ts';
import { GiB, MiB } from '../../core/sizes.ts';
import { checkSpace } from '../../core/space.ts';
import { findLocalPath } from './provide-source.ts';
import type { BuildRequest } from './request.ts';

/** Rough needs of one build, from builds of the lab image: a base and a node layer of about 1.5 GiB each, and overlays. */
const cacheNeedsBytes = 5 * GiB;
const outputNeedsBytes = { qcow2: 700 * MiB, raw: 2 * GiB, ova: 700 * MiB } as const;

/** What can be known before anything is looked for or written. @throws FactoryError `io.failed` or `input.not-found`. */
export async function checkBuild(request: BuildRequest): Promise<void> {
  checkArch(request.spec);
  // A bundle may have it under its checksum.
  if (request.bundle === undefined) await checkLocalSource(request.spec);
  await checkWritable(request.outputFolder);
  await checkWritable(request.cacheFolder);
}

/** Everything that is built here is booted here before it is called done, and the lab boots x86-64. */
function checkArch({ name, arch }: ImageSpec): void {
  if (arch === 'amd64') return;
  throw new FactoryError('input.invalid', `'${name}' for ${arch} cannot be built and verified here; accepted: amd64`, {
    hint: `Run \`hnf image render ${name} --arch ${arch}\`, and \`packer build\` in that folder on an ${arch} machine.`,
  });
}

/** For a build that has something to make. @throws FactoryError `space.low` */
export async function checkBuildSpace(request: BuildRequest): Promise<void> {
  const outputBytes = request.formats.reduce((sum, format) => sum + outputNeedsBytes[format], 0);
  await checkSpace(request.cacheFolder, cacheNeedsBytes, 'building an image');
  await checkSpace(request.outputFolder, outputBytes, 'writing the artifacts');
}

async function checkWritable(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw ioError(error, folder);
  }
}

/** The path of a source on this machine, or undefined for one that is downloaded or made. */
export function findLocalSource(spec: ImageSpec): string | undefined {
  if (spec.source.kind === 'bootstrap' || spec.source.url === null) return undefined;
  return findLocalPath(spec.source.url);
}

/** @throws FactoryError `input.not-found`, `io.failed` */
export async function checkLocalSource(spec: ImageSpec): Promise<void> {
  const path = findLocalSource(spec);
  if (path === undefined) return;
  try {
    const stats = await stat(path);
    if (stats.isFile()) return;
  } catch (error) {
    if (!hasErrno(error, 'ENOENT') && !hasErrno(error, 'ENOTDIR')) throw ioError(error, dirname(path));
  }
  throw new FactoryError('input.not-found', `the source of image '${spec.name}', '${path}', is no file`, {
    hint: 'Correct `source.url` in the catalog, or put the disk image there.',
  });
}
