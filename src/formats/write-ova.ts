import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { FactoryError, hasErrno } from '../core/errors.ts';
import { checkInterrupted } from '../core/interrupt.ts';
import { ioError } from '../core/io-error.ts';
import type { DataExtent } from './data-extents.ts';
import { hashRange } from './hash-range.ts';
import { type OvaPlan, planOva, renderOvaFront } from './ova-plan.ts';
import type { OvfMachine } from './ovf-machine.ts';
import { paddedBytes, tarEndBytes } from './tar.ts';
import { writeVmdk } from './vmdk-writer.ts';
import { writeFully } from './write-fully.ts';

export interface OvaProgress {
  phase: 'compress' | 'hash';
  doneBytes: number;
  totalBytes: number;
}

export interface WriteOvaOptions {
  machine: OvfMachine;
  /** The disk, raw. */
  rawPath: string;
  /** A temporary name; it must not exist, and is gone again after an error. */
  ovaPath: string;
  /** Modification time of the members, seconds since 1970: a part of the OVA's bytes. */
  mtimeSeconds: number;
  /** Where the disk may have data (`readDataExtents`), as it is now: the rest is taken for zeros without a look. */
  extents?: readonly DataExtent[] | undefined;
  /** Default: the processors this process may use. */
  workers?: number | undefined;
  /** zlib level; default `defaultLevel`. */
  level?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: OvaProgress) => void) | undefined;
}

export interface WrittenOva {
  bytes: number;
  sha256: string;
  vmdk: {
    name: string;
    bytes: number;
    sha256: string;
    /** Where the VMDK begins in the OVA. */
    offset: number;
    capacityBytes: number;
    populatedBytes: number;
  };
}

/** Within 2 % of the size level 6 gives, in half the time (bench/ova.ts). */
export const defaultLevel = 5;

/**
 * Writes an OVA in one pass: room is left in front for the OVF and the manifest, the VMDK is compressed straight to its place
 * behind them, and the two are filled in when its size and hash are known. Equal input gives equal bytes on one Node version.
 * @throws FactoryError `input.not-found`, `input.invalid`, `space.low`, `io.failed`, `interrupted`
 */
export async function writeOva(options: WriteOvaOptions): Promise<WrittenOva> {
  checkInterrupted(options.signal);
  const diskBytes = await sizeOfDisk(options.rawPath);
  const plan = planOva(options.machine, diskBytes);
  const handle = await open(options.ovaPath, 'wx+', 0o644).catch((error: unknown) => {
    throw systemError(error, options.ovaPath);
  });
  try {
    const result = await fillOva(handle, plan, diskBytes, options);
    await handle.close();
    return result;
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(options.ovaPath, { force: true });
    checkInterrupted(options.signal);
    throw systemError(error, options.ovaPath);
  }
}

/** A system error as `space.low` or `io.failed`; an error of our own making stays what it is. */
function systemError(error: unknown, path: string): unknown {
  const known = ioError(error, path);
  if (known instanceof FactoryError || !(error instanceof Error && 'errno' in error)) return known;
  return new FactoryError('io.failed', `cannot write '${path}': ${error.message}`, { cause: error });
}

async function sizeOfDisk(path: string): Promise<number> {
  const stats = await stat(path).catch((error: unknown) => {
    if (!hasErrno(error, 'ENOENT')) throw error;
    throw new FactoryError('input.not-found', `there is no disk '${path}'`, { cause: error });
  });
  if (stats.isFile() && stats.size > 0) return stats.size;
  throw new FactoryError('input.invalid', `'${path}' is no raw disk: a file with at least one byte is accepted`);
}

async function fillOva(
  handle: FileHandle,
  plan: OvaPlan,
  diskBytes: number,
  options: WriteOvaOptions,
): Promise<WrittenOva> {
  const vmdk = await writeVmdk({
    handle,
    offsetBytes: plan.vmdkOffset,
    diskBytes,
    rawPath: options.rawPath,
    fileName: plan.vmdkName,
    hardwareVersion: options.machine.hardwareVersion,
    extents: options.extents,
    workers: options.workers ?? availableParallelism(),
    level: options.level ?? defaultLevel,
    signal: options.signal,
    onProgress: (doneBytes, totalBytes) => options.onProgress?.({ phase: 'compress', doneBytes, totalBytes }),
  });
  const end = plan.vmdkOffset + paddedBytes(vmdk.bytes);
  const bytes = end + tarEndBytes;
  await writeFully(handle, Buffer.alloc(tarEndBytes), end);
  const hash = countingHash(handle, vmdk.bytes + bytes, options);
  const vmdkSha256 = await hash(plan.vmdkOffset, vmdk.bytes);
  await writeFully(handle, renderOvaFront(plan, options.machine, vmdk, vmdkSha256, options.mtimeSeconds), 0);
  const sha256 = await hash(0, bytes);
  const { capacityBytes, populatedBytes } = vmdk;
  return {
    bytes,
    sha256,
    vmdk: {
      name: plan.vmdkName,
      bytes: vmdk.bytes,
      sha256: vmdkSha256,
      offset: plan.vmdkOffset,
      capacityBytes,
      populatedBytes,
    },
  };
}

/**
 * Both hashes are taken of what is in the file, straight after writing it: the VMDK's head holds the places of all grains and
 * the archive's front holds the VMDK's hash, so neither can be hashed on the way.
 */
function countingHash(handle: FileHandle, totalBytes: number, options: WriteOvaOptions) {
  let before = 0;
  return async (startBytes: number, lengthBytes: number): Promise<string> => {
    const onProgress = (done: number) => options.onProgress?.({ phase: 'hash', doneBytes: before + done, totalBytes });
    const digest = await hashRange(handle, startBytes, lengthBytes, { signal: options.signal, onProgress });
    before += lengthBytes;
    return digest;
  };
}
