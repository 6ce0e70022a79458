import { chmod, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FactoryError, hasErrno } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { ioError } from '../../core/io-error.ts';
import { withTempDir } from '../../core/temp.ts';
import { type BundleMember, bundleManifestText } from './bundle-manifest.ts';
import { damagedError } from './check-files.ts';
import { bundleManifestName } from './member-rules.ts';
import { type BundleReading, type FoundMember, hashContent } from './read-members.ts';

export interface UnpackJob {
  /** Does not exist yet, or is empty. */
  folder: string;
  reading: BundleReading;
  /** Of the archive, for errors. */
  path: string;
  signal: AbortSignal;
  onProgress?: ((detail: string) => void) | undefined;
}

/**
 * Unpacks beside and renames; every file is compared with the manifest on the way, and the first one that differs ends it.
 * @throws FactoryError `check.failed`, `input.invalid`, `io.failed`, `space.low`, `interrupted`
 */
export async function unpackArchive(job: UnpackJob): Promise<void> {
  await withTempDir('.bundle', (temporary) => fill(temporary, job), dirname(job.folder));
}

async function fill(temporary: string, job: UnpackJob): Promise<void> {
  const { folder, path, reading } = job;
  const wanted = new Map(reading.manifest.members.map((member) => [member.path, member]));
  for await (const found of reading.members) {
    checkInterrupted(job.signal);
    // Only what the manifest lists gets a place: its paths were judged when it was read.
    const member = wanted.get(found.path);
    if (member === undefined) throw damaged(path, `${found.path} is not in the manifest, or there twice`);
    wanted.delete(found.path);
    await writeMember(join(temporary, member.path), found, member, job);
    job.onProgress?.(member.path);
  }
  checkInterrupted(job.signal);
  const lost = [...wanted.keys()].map((name) => `${name} is missing`);
  if (lost.length > 0) throw damagedError(path, lost, verifyHint);
  await writeFileAtomic(join(temporary, bundleManifestName), bundleManifestText(reading.manifest));
  await chmod(temporary, 0o755);
  // Takes the place of nothing, or of an empty folder.
  await rename(temporary, folder).catch((cause: unknown) => {
    throw ioError(cause, folder);
  });
}

const verifyHint = 'Run `hnf bundle verify` to see everything that is wrong, and copy the bundle again.';

function damaged(path: string, what: string): FactoryError {
  return damagedError(path, [what], verifyHint);
}

async function writeMember(target: string, found: FoundMember, member: BundleMember, job: UnpackJob): Promise<void> {
  const { path, bytes, sha256, executable } = member;
  // Before it is written: what nobody announced could fill the disk.
  if (found.bytes !== bytes) throw damaged(job.path, `${path} has ${found.bytes} bytes, the manifest says ${bytes}`);
  const actual = await writeContent(target, found, job.signal);
  if (actual.sha256 !== sha256) {
    throw damaged(job.path, `${path} has SHA-256 ${actual.sha256}, the manifest says ${sha256}`);
  }
  if (executable) await chmod(target, 0o755);
}

async function writeContent(target: string, { content = noContent() }: FoundMember, signal: AbortSignal) {
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
    throw hasErrno(error, 'EEXIST') ? damaged(target, 'is there twice on this file system') : ioError(error, target);
  }
}

async function* noContent(): AsyncGenerator<Buffer> {}
