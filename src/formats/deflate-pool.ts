import { Worker } from 'node:worker_threads';
import { FactoryError, messageOf } from '../core/errors.ts';
import { grainSlotBytes } from './compress-batch.ts';
import type { GrainBatch } from './data-extents.ts';
import type { DeflateReply, DeflateTask, DeflateWorkerData } from './deflate-worker.ts';

/** A batch in file form. `bytes` is good until the next one is asked for. */
export interface CompressedBatch {
  batch: GrainBatch;
  bytes: Buffer;
  /** See `grainRecordLength`. */
  records: Uint32Array;
}

export interface CompressOptions {
  rawPath: string;
  diskBytes: number;
  batches: readonly GrainBatch[];
  /** Largest `grainCount` among the batches. */
  batchGrains: number;
  workers: number;
  level: number;
  signal?: AbortSignal | undefined;
}

/** One task at work and one waiting per worker, as many again finished out of turn: the memory bound. */
const tasksPerWorker = 2;
const buffersPerWorker = 4;

/** The worker's file: TypeScript beside the source, JavaScript beside the bundle. */
export function workerUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? './deflate-worker.ts' : './deflate-worker.js', import.meta.url);
}

/** Compresses batches in worker threads and yields them in order. No worker is left when the iteration ends, however it ends. */
export async function* compressBatches(options: CompressOptions): AsyncGenerator<CompressedBatch, void> {
  const { rawPath, diskBytes, level, batchGrains, batches } = options;
  const count = Math.max(1, Math.min(options.workers, batches.length));
  const team = startTeam(count, { rawPath, diskBytes, level, batchGrains }, options.signal, askAhead);
  const free = Array.from({ length: count * buffersPerWorker }, () => new ArrayBuffer(batchGrains * grainSlotBytes));
  let next = 0;
  try {
    for (const [id, batch] of batches.entries()) {
      askAhead();
      const reply = await team.reply(id);
      yield { batch, bytes: Buffer.from(reply.output, 0, reply.usedBytes), records: reply.records };
      free.push(reply.output);
    }
  } finally {
    await team.end();
  }

  function askAhead(): void {
    while (team.hasRoom()) {
      const batch = batches[next];
      const output = batch === undefined ? undefined : free.pop();
      if (batch === undefined || output === undefined) return;
      team.ask({ id: next, ...batch, output });
      next += 1;
    }
  }
}

interface Team {
  hasRoom(): boolean;
  ask(task: DeflateTask): void;
  /** Rejects when a worker failed or the signal fired. */
  reply(id: number): Promise<DeflateReply>;
  end(): Promise<void>;
}

/** `onRoom` is called after each reply, whoever waits for it. */
function startTeam(
  count: number,
  workerData: DeflateWorkerData,
  signal: AbortSignal | undefined,
  onRoom: () => void,
): Team {
  const replies = new Map<number, DeflateReply>();
  let failure: { error: unknown } | undefined;
  let wake = () => {};
  const onAbort = () => fail(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const members = Array.from({ length: count }, () => startMember(workerData, onReply, fail));
  return {
    hasRoom: () => failure === undefined && members.some((member) => member.load < tasksPerWorker),
    ask(task) {
      const member = members.reduce((least, candidate) => (candidate.load < least.load ? candidate : least));
      member.load += 1;
      member.worker.postMessage(task, [task.output]);
    },
    async reply(id) {
      for (;;) {
        if (failure !== undefined) throw failure.error;
        const found = replies.get(id);
        if (found !== undefined && replies.delete(id)) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async end() {
      signal?.removeEventListener('abort', onAbort);
      await Promise.all(members.map((member) => member.worker.terminate()));
    },
  };

  function onReply(reply: DeflateReply): void {
    replies.set(reply.id, reply);
    onRoom();
    wake();
  }

  function fail(error: unknown): void {
    failure ??= { error };
    wake();
  }
}

interface Member {
  worker: Worker;
  /** Tasks asked for and not replied to. */
  load: number;
}

function startMember(
  workerData: DeflateWorkerData,
  onReply: (reply: DeflateReply) => void,
  fail: (error: unknown) => void,
): Member {
  const member: Member = { worker: new Worker(workerUrl(), { workerData, execArgv: [] }), load: 0 };
  member.worker.on('message', (reply: DeflateReply) => {
    member.load -= 1;
    onReply(reply);
  });
  const failed = (why: string, cause?: unknown) =>
    fail(new FactoryError('io.failed', `could not compress '${workerData.rawPath}': ${why}`, { cause }));
  member.worker.on('error', (error) => failed(messageOf(error), error));
  member.worker.on('exit', (code) => failed(`a worker thread ended with code ${code}`));
  return member;
}
