import { openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { compressBatch, type DiskSource } from './compress-batch.ts';
import type { GrainBatch } from './data-extents.ts';
import { grainBytes } from './vmdk-geometry.ts';

/** Entry of a worker thread (deflate-pool.ts). Each worker reads the disk itself: only compressed bytes change threads. */
export interface DeflateWorkerData {
  rawPath: string;
  diskBytes: number;
  level: number;
  batchGrains: number;
}

export interface DeflateTask extends GrainBatch {
  id: number;
  /** Filled by the worker and handed back. */
  output: ArrayBuffer;
}

export interface DeflateReply {
  id: number;
  output: ArrayBuffer;
  usedBytes: number;
  records: Uint32Array<ArrayBuffer>;
}

const { rawPath, diskBytes, level, batchGrains } = workerData as DeflateWorkerData;
const source: DiskSource = { fd: openSync(rawPath, 'r'), diskBytes, level };
const input = Buffer.allocUnsafeSlow(batchGrains * grainBytes);

parentPort?.on('message', (task: DeflateTask) => {
  const { usedBytes, records } = compressBatch(source, task, input, Buffer.from(task.output));
  const reply: DeflateReply = { id: task.id, output: task.output, usedBytes, records };
  parentPort?.postMessage(reply, [task.output, records.buffer]);
});
