import { FactoryError } from '../core/errors.ts';
import type { Exec } from '../core/exec.ts';
import { grainBytes } from './vmdk-geometry.ts';

/** A part of a disk that may hold data; what lies between extents reads as zeros. */
export interface DataExtent {
  startBytes: number;
  lengthBytes: number;
}

export interface ReadExtentsOptions {
  exec: Exec;
  /** Path of `qemu-img`. */
  qemuImg: string;
  rawPath: string;
  signal?: AbortSignal | undefined;
}

/** The data parts of a sparse raw disk, in order. Node cannot ask the file system where holes are; qemu-img can. */
export async function readDataExtents(options: ReadExtentsOptions): Promise<DataExtent[]> {
  const args = ['map', '--output=json', '-f', 'raw', options.rawPath];
  const result = await options.exec.run(options.qemuImg, args, { timeoutMs: 120_000, signal: options.signal });
  return parseQemuMap(result.stdout);
}

/** @throws FactoryError `internal` when the text is not qemu-img's map. */
export function parseQemuMap(text: string): DataExtent[] {
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) throw new FactoryError('internal', 'qemu-img map did not print a list');
  return entries.map(parseEntry).filter((extent) => extent !== undefined);
}

function parseEntry(entry: unknown): DataExtent | undefined {
  const { start, length, zero, data } = entry as Record<string, unknown>;
  if (typeof start !== 'number' || typeof length !== 'number') {
    throw new FactoryError(
      'internal',
      `qemu-img map printed an entry without start and length: ${JSON.stringify(entry)}`,
    );
  }
  return zero === true || data === false ? undefined : { startBytes: start, lengthBytes: length };
}

/** Grains that lie side by side, small enough to be one worker's task. */
export interface GrainBatch {
  firstGrain: number;
  grainCount: number;
}

/** Batches over every grain that touches an extent: ascending, no grain twice. */
export function planGrainBatches(
  diskBytes: number,
  batchGrains: number,
  extents: readonly DataExtent[] = [{ startBytes: 0, lengthBytes: diskBytes }],
): GrainBatch[] {
  const batches: GrainBatch[] = [];
  const end = Math.ceil(diskBytes / grainBytes);
  let next = 0;
  for (const extent of [...extents].sort((a, b) => a.startBytes - b.startBytes)) {
    const stop = Math.min(end, Math.ceil((extent.startBytes + extent.lengthBytes) / grainBytes));
    next = Math.max(next, Math.floor(extent.startBytes / grainBytes));
    while (next < stop) {
      const grainCount = Math.min(batchGrains, stop - next);
      batches.push({ firstGrain: next, grainCount });
      next += grainCount;
    }
  }
  return batches;
}
