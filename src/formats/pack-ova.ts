import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { FactoryError, hasErrno } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { checkInterrupted } from '../core/interrupt.ts';
import { ioError } from '../core/io-error.ts';
import { MiB } from '../core/sizes.ts';
import { readStreamVmdk } from './check-stream-vmdk.ts';
import { hashRange } from './hash-range.ts';
import { renderOvaManifest } from './ova-manifest.ts';
import { renderOvf } from './ovf.ts';
import type { OvfMachine } from './ovf-machine.ts';
import { createPagedReader } from './paged-reader.ts';
import { paddedBytes, renderTarHeader, tarEndBytes } from './tar.ts';
import { writeFully } from './write-fully.ts';

export interface PackOvaOptions {
  machine: OvfMachine;
  /** A streamOptimized VMDK, of a vCenter or of ours. It goes into the OVA as it is. */
  vmdkPath: string;
  /** Its SHA-256 as whoever wrote it says; a copy that is another is refused. */
  vmdkSha256: string;
  /** A temporary name; it must not exist, and is gone again after an error. */
  ovaPath: string;
  /** Seconds since 1970: a part of the OVA's bytes. */
  mtimeSeconds: number;
  signal?: AbortSignal | undefined;
}

const chunkBytes = 4 * MiB;

/**
 * Puts a finished VMDK into an OVA, with our descriptor in front: the same one an image has that was built under QEMU.
 * @throws FactoryError `verify.failed` for a VMDK that is damaged, `io.failed`, `space.low`, `interrupted`
 */
export async function packOva(options: PackOvaOptions): Promise<{ bytes: number; sha256: string }> {
  const source = await open(options.vmdkPath, 'r');
  try {
    const disk = await inspectDisk(source, options);
    return await writePacked(source, disk, options);
  } finally {
    await source.close();
  }
}

interface Disk {
  bytes: number;
  capacityBytes: number;
  populatedBytes: number;
}

async function inspectDisk(source: FileHandle, options: PackOvaOptions): Promise<Disk> {
  const bytes = (await stat(options.vmdkPath)).size;
  const digest = await hashRange(source, 0, bytes, { signal: options.signal });
  const findings: string[] = [];
  if (digest !== options.vmdkSha256) findings.push(`its SHA-256 is ${digest}, the manifest says ${options.vmdkSha256}`);
  const report = await readStreamVmdk(createPagedReader(source, 0, bytes), findings, options.signal);
  if (report !== undefined && findings.length === 0) return { bytes, ...report };
  throw new FactoryError('verify.failed', `'${options.vmdkPath}' is no sound disk: ${findings[0]}`, {
    hint: 'The export was damaged on its way: build again.',
    details: findings,
  });
}

async function writePacked(
  source: FileHandle,
  disk: Disk,
  options: PackOvaOptions,
): Promise<{ bytes: number; sha256: string }> {
  const target = await open(options.ovaPath, 'wx+', 0o644).catch((error: unknown) => {
    throw ioError(error, options.ovaPath);
  });
  try {
    const front = renderFront(disk, options);
    await writeFully(target, front, 0);
    await copyBytes(source, target, disk.bytes, front.length, options.signal);
    const end = front.length + paddedBytes(disk.bytes);
    await writeFully(target, Buffer.alloc(tarEndBytes + end - front.length - disk.bytes), front.length + disk.bytes);
    const bytes = end + tarEndBytes;
    const digest = await hashRange(target, 0, bytes, { signal: options.signal });
    await target.close();
    return { bytes, sha256: digest };
  } catch (error) {
    await target.close().catch(() => {});
    await rm(options.ovaPath, { force: true });
    checkInterrupted(options.signal);
    throw hasErrno(error, 'ENOSPC') ? ioError(error, options.ovaPath) : error;
  }
}

/** Descriptor, manifest and the header of the disk: everything before its bytes. */
function renderFront(disk: Disk, { machine, vmdkSha256, mtimeSeconds }: PackOvaOptions): Buffer {
  const names = { ovf: `${machine.name}.ovf`, mf: `${machine.name}.mf`, vmdk: `${machine.name}-disk1.vmdk` };
  const { bytes: fileBytes, capacityBytes, populatedBytes } = disk;
  const ovf = Buffer.from(renderOvf(machine, { fileName: names.vmdk, fileBytes, capacityBytes, populatedBytes }));
  const digests = new Map([
    [names.ovf, sha256(ovf.toString('utf8'))],
    [names.vmdk, vmdkSha256],
  ]);
  const manifest = Buffer.from(renderOvaManifest(digests));
  const header = (name: string, sizeBytes: number) => renderTarHeader({ name, sizeBytes, mtimeSeconds });
  const padded = (content: Buffer) =>
    Buffer.concat([content, Buffer.alloc(paddedBytes(content.length) - content.length)]);
  const parts = [
    header(names.ovf, ovf.length),
    padded(ovf),
    header(names.mf, manifest.length),
    padded(manifest),
    header(names.vmdk, fileBytes),
  ];
  return Buffer.concat(parts);
}

async function copyBytes(
  source: FileHandle,
  target: FileHandle,
  bytes: number,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  for (let at = 0; at < bytes; ) {
    checkInterrupted(signal);
    const { bytesRead } = await source.read(buffer, 0, Math.min(chunkBytes, bytes - at), at);
    if (bytesRead === 0) throw new FactoryError('io.failed', `the disk ended at byte ${at}, expected ${bytes}`);
    await writeFully(target, buffer.subarray(0, bytesRead), offset + at);
    at += bytesRead;
  }
}
