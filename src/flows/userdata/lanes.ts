import { Worker } from 'node:worker_threads';
import { type ErrorCode, errorCodes, FactoryError, messageOf } from '../../core/errors.ts';
import type { Host } from '../../hosts/host.ts';
import { createLane, type LaneResult, type LaneSettings } from './lane.ts';
import type { LaneReply, LaneTask } from './lane-worker.ts';

/** Hosts handed to a lane at a time: some milliseconds of work. */
const batchSize = 100;
/** A worker has one batch at work and this many waiting: the memory bound. */
const waitingPerWorker = 3;

export interface Lanes {
  /** Has these hosts rendered and written, here or in another thread; waits when all have enough to do. */
  push(hosts: readonly Host[], stage: string | undefined): Promise<void>;
  /** Waits for everything that was pushed. */
  finish(): Promise<void>;
  /** No thread is left. */
  end(): Promise<void>;
}

export interface LaneOptions {
  /** Threads beside this one. */
  workers: number;
  onResult(result: LaneResult): void;
}

/**
 * This thread works too: it reads the hosts, and takes a batch itself whenever the others have enough. They need a moment to start, so it may
 * begin before there is anything to do.
 */
export function startLanes(settings: LaneSettings, { workers, onResult }: LaneOptions): Lanes {
  const own = createLane(settings);
  let failure: unknown;
  let wake = () => {};
  const members = Array.from({ length: workers }, () => startMember(settings, onReply, fail));

  return {
    async push(hosts, stage) {
      for (let at = 0; at < hosts.length; at += batchSize)
        await pushBatch({ hosts: hosts.slice(at, at + batchSize), stage });
    },
    async finish() {
      while (members.some(({ load }) => load > 0) && failure === undefined) await nextReply();
      check();
    },
    async end() {
      await Promise.all(members.map(({ worker }) => worker.terminate()));
    },
  };

  async function pushBatch(task: LaneTask): Promise<void> {
    check();
    const free = members.find(({ load }) => load <= waitingPerWorker);
    if (free === undefined) {
      onResult(own(task.hosts, task.stage));
      // Replies come in between.
      await new Promise((resolve) => setImmediate(resolve));
      return;
    }
    free.load += 1;
    free.worker.postMessage(task);
  }

  function nextReply(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
    });
  }

  function onReply(reply: LaneReply): void {
    if (reply.failure !== undefined) fail(asError(reply.failure));
    if (reply.result !== undefined) onResult(reply.result);
    wake();
  }

  function fail(error: unknown): void {
    failure ??= error;
    wake();
  }

  function check(): void {
    if (failure !== undefined) throw failure;
  }
}

interface Member {
  worker: Worker;
  /** Batches asked for and not replied to. */
  load: number;
}

/** A batch is small: a thread that is given more room only fills it before it cleans up. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

/** TypeScript beside the source, JavaScript beside the bundle. */
function workerUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? './lane-worker.ts' : './lane-worker.js', import.meta.url);
}

function startMember(
  workerData: LaneSettings,
  onReply: (reply: LaneReply) => void,
  fail: (error: unknown) => void,
): Member {
  const member: Member = { worker: new Worker(workerUrl(), { workerData, execArgv: [], resourceLimits }), load: 0 };
  member.worker.on('message', (reply: LaneReply) => {
    member.load -= 1;
    onReply(reply);
  });
  member.worker.on('error', (error) =>
    fail(new FactoryError('internal', `a worker thread failed: ${messageOf(error)}`, { cause: error })),
  );
  return member;
}

const knownCodes: readonly string[] = Object.values(errorCodes).flat();

function asError({ code, message, hint }: NonNullable<LaneReply['failure']>): FactoryError {
  return new FactoryError(knownCodes.includes(code) ? (code as ErrorCode) : 'internal', message, { hint });
}
