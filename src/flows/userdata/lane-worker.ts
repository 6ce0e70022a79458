import { parentPort, workerData } from 'node:worker_threads';
import type { Host } from '../../hosts/host.ts';
import { createLane, type LaneResult, type LaneSettings } from './lane.ts';

/** Entry of a worker thread (lanes.ts). */
export interface LaneTask {
  hosts: readonly Host[];
  stage: string | undefined;
}

export interface LaneReply {
  result?: LaneResult;
  /** What went wrong; a FactoryError does not survive the way between threads. */
  failure?: { code: string; message: string; hint: string | undefined };
}

const run = createLane(workerData as LaneSettings);

parentPort?.on('message', (task: LaneTask) => {
  parentPort?.postMessage(answer(task));
});

function answer({ hosts, stage }: LaneTask): LaneReply {
  try {
    return { result: run(hosts, stage) };
  } catch (error) {
    const known = error as { code?: unknown; message?: string; hint?: string };
    const code = typeof known.code === 'string' ? known.code : 'internal';
    return { failure: { code, message: known.message ?? String(error), hint: known.hint } };
  }
}
