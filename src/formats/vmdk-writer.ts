import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { grainRecordLength } from './compress-batch.ts';
import { type DataExtent, planGrainBatches } from './data-extents.ts';
import { compressBatches } from './deflate-pool.ts';
import { grainBytes, sectorBytes } from './vmdk-geometry.ts';
import { planVmdkLayout, renderGrainTables, renderVmdkDescriptor, renderVmdkHeader } from './vmdk-layout.ts';
import { writeFully } from './write-fully.ts';

export interface WriteVmdkOptions {
  rawPath: string;
  diskBytes: number;
  /** Open for writing; the VMDK begins at `offsetBytes`. */
  handle: FileHandle;
  offsetBytes: number;
  fileName: string;
  hardwareVersion: number;
  extents?: readonly DataExtent[] | undefined;
  workers: number;
  level: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

export interface WrittenVmdk {
  bytes: number;
  capacityBytes: number;
  /** Bytes of the disk that are in the file; the rest are zeros. */
  populatedBytes: number;
  /** 32 hex digits that follow from the disk's content. */
  contentId: string;
}

/** 1 MiB of disk: some 15 ms of work, so that the last batches end close together. */
const batchGrains = 16;

/**
 * Writes a streamOptimized VMDK (version 3): header, descriptor, grain directory and tables, grains in ascending order, one
 * end-of-stream marker. The same disk gives the same bytes, whatever the number of workers and with or without extents.
 */
export async function writeVmdk(options: WriteVmdkOptions): Promise<WrittenVmdk> {
  const { handle, offsetBytes, diskBytes } = options;
  const layout = planVmdkLayout(diskBytes);
  const sectorOfGrain = new Uint32Array(layout.grainCount);
  const content = createHash('sha256');
  const batches = planGrainBatches(diskBytes, batchGrains, options.extents);
  let sector = layout.overheadSectors;
  let grains = 0;
  for await (const { batch, bytes, records } of compressBatches({ ...options, batches, batchGrains })) {
    await writeFully(handle, bytes, offsetBytes + sector * sectorBytes);
    content.update(records);
    for (let at = 0; at < records.length; at += grainRecordLength) {
      sectorOfGrain[records[at] as number] = sector;
      sector += records[at + 1] as number;
    }
    grains += records.length / grainRecordLength;
    options.onProgress?.(Math.min(diskBytes, (batch.firstGrain + batch.grainCount) * grainBytes), diskBytes);
  }
  const contentId = renderContentId(content.update(`${diskBytes}`).digest());
  const head = Buffer.concat([
    renderVmdkHeader(layout),
    renderVmdkDescriptor({ ...options, capacitySectors: layout.capacitySectors, contentId }),
    renderGrainTables(layout, sectorOfGrain),
  ]);
  const endOfStream = Buffer.alloc(sectorBytes);
  await writeFully(handle, endOfStream, offsetBytes + sector * sectorBytes);
  await writeFully(handle, head, offsetBytes);
  return {
    bytes: (sector + 1) * sectorBytes,
    capacityBytes: layout.capacitySectors * sectorBytes,
    populatedBytes: grains * grainBytes,
    contentId,
  };
}

/** The last eight digits are the CID, whose top bit stays clear: ffffffff and fffffffe mean "no parent" and "empty". */
function renderContentId(digest: Buffer): string {
  const id = Buffer.from(digest.subarray(0, 16));
  id.writeUInt8(id.readUInt8(12) & 0x7f, 12);
  return id.toString('hex');
}
