import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import { findText, ioError, writeFileAtomic } from '../../core/files.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { withFileLock } from '../../core/lock.ts';
import { checkSpace } from '../../core/space.ts';
import { withTempDir } from '../../core/temp.ts';
import { type BundleManifest, bundleManifestName, bundleManifestText } from './bundle-manifest.ts';
import {
  type BundleReading,
  type FoundMember,
  hashContent,
  isFolder,
  readBundle,
  readFolderManifest,
} from './read-members.ts';

/** A bundle whose files can be used where they lie. */
export interface Bundle {
  folder: string;
  manifest: BundleManifest;
}

export interface UnpackContext {
  signal: AbortSignal;
  onProgress?: (detail: string) => void;
}

const lockTimeoutMs = 60 * 60 * 1000;

/**
 * A folder is used as it is; an archive is unpacked below `cacheFolder` once, every file checked on the way.
 * @throws FactoryError `input.not-found`, `input.invalid`, `check.failed` for a file that is not as the manifest says, `space.low`.
 */
export async function openBundle(path: string, cacheFolder: string, context: UnpackContext): Promise<Bundle> {
  if (await isFolder(path)) return { folder: path, manifest: await readFolderManifest(path) };
  const reading = await readBundle(path);
  return unpackInto(join(cacheFolder, 'bundles', reading.manifest.identity), reading, path, context);
}

/** Unpacks an archive into a new folder of the user's choice. @throws as openBundle, and when there is something else already. */
export async function unpackBundle(path: string, folder: string, context: UnpackContext): Promise<Bundle> {
  const reading = await readBundle(path);
  const there = await findText(join(folder, bundleManifestName));
  if (there !== bundleManifestText(reading.manifest) && !(await isEmpty(folder))) {
    throw new FactoryError('input.invalid', `'${folder}' is not empty; accepted: a new folder, or this very bundle`, {
      hint: 'Choose another folder with -o.',
    });
  }
  return unpackInto(folder, reading, path, context);
}

async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return true;
    throw ioError(error, folder);
  }
}

async function unpackInto(
  folder: string,
  reading: BundleReading,
  path: string,
  context: UnpackContext,
): Promise<Bundle> {
  const { manifest } = reading;
  const options = { what: `unpacking ${path}`, timeoutMs: lockTimeoutMs, signal: context.signal };
  await mkdir(dirname(folder), { recursive: true }).catch((cause: unknown) => {
    throw ioError(cause, folder);
  });
  return withFileLock(`${folder}.lock`, options, async () => {
    // Written last, so a folder with it is whole.
    if ((await findText(join(folder, bundleManifestName))) === bundleManifestText(manifest))
      return { folder, manifest };
    await checkSpace(dirname(folder), sum(manifest), 'unpacking the bundle');
    await withTempDir('.bundle', (temporary) => fill(temporary, folder, reading, path, context), dirname(folder));
    return { folder, manifest };
  });
}

async function fill(
  temporary: string,
  folder: string,
  { manifest, members }: BundleReading,
  path: string,
  context: UnpackContext,
): Promise<void> {
  const wanted = new Map(manifest.members.map((member) => [member.path, member]));
  for await (const found of members) {
    checkInterrupted(context.signal);
    const member = wanted.get(found.path);
    // Only what the manifest lists gets a place: its paths were judged when it was read.
    if (member === undefined) throw damagedError(path, `'${found.path}' is not in the manifest, or there twice`);
    wanted.delete(found.path);
    const target = join(temporary, member.path);
    const actual = await writeMember(target, found, context.signal);
    if (actual.sha256 !== member.sha256 || actual.bytes !== member.bytes) {
      throw damagedError(path, `'${member.path}' has SHA-256 ${actual.sha256}, the manifest says ${member.sha256}`);
    }
    if (member.executable) await chmod(target, 0o755);
    context.onProgress?.(member.path);
  }
  const [lost] = wanted.keys();
  if (lost !== undefined) throw damagedError(path, `'${lost}' is missing`);
  await writeFileAtomic(join(temporary, bundleManifestName), bundleManifestText(manifest));
  await chmod(temporary, 0o755);
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
}

async function writeMember(target: string, { content }: FoundMember, signal: AbortSignal) {
  try {
    await mkdir(dirname(target), { recursive: true });
    // A name that is taken, even by a link, is refused.
    const file = await open(target, 'wx', 0o644);
    try {
      return await hashContent(content, async (chunk) => {
        checkInterrupted(signal);
        await file.writeFile(chunk);
      });
    } finally {
      await file.close();
    }
  } catch (error) {
    throw ioError(error, target);
  }
}

function damagedError(path: string, what: string): FactoryError {
  return new FactoryError('check.failed', `the bundle '${path}' is damaged: ${what}`, {
    hint: 'Run `hnf bundle verify` to see everything that is wrong, and copy the bundle again.',
  });
}

function sum({ members }: BundleManifest): number {
  return members.reduce((total, { bytes }) => total + bytes, 0);
}
