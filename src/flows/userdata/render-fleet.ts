import { availableParallelism } from 'node:os';
import type { Clock } from '../../core/clock.ts';
import { type Emit, type Operation, startOperation } from '../../core/events.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { checkOutput, listLeftovers, withStage } from '../host-folders/stage.ts';
import type { FleetPayloads } from './fleet.ts';
import type { LaneResult } from './lane.ts';
import { type Lanes, startLanes } from './lanes.ts';
import { ownNames } from './payload-files.ts';
import { type CheckedHosts, checkHosts, type HostChoice } from './read-fleet.ts';

export const renderPhases = ['read hosts', 'render', 'put in place'] as const;
type Phase = (typeof renderPhases)[number];

export interface RenderRequest extends HostChoice {
  fleet: FleetPayloads;
  /** Absolute. */
  output: string;
  /** Everything is made and nothing written. */
  dryRun: boolean;
  clock: Clock;
  /** Threads beside this one; absent: as many as help. */
  workers?: number | undefined;
}

export interface RenderedFleet {
  output: string;
  checked: CheckedHosts;
  /** Names, in no order. */
  written: string[];
  unchanged: string[];
  warnings: string[];
  /** Folders of hosts that are not in the file any more; they may hold secrets. */
  leftovers: string[];
}

/**
 * Renders the payload of every host into a folder of its own. All rows are judged first; all folders are made in a stage and get their names
 * together at the end: whatever goes wrong before, nothing has changed.
 */
export function renderFleet(request: RenderRequest): Operation<RenderedFleet> {
  return startOperation((emit) => runRender(request, emit));
}

async function runRender(request: RenderRequest, emit: Emit): Promise<RenderedFleet> {
  const { output, fleet, clock } = request;
  await checkOutput(output);
  let tally: Tally | undefined;
  const workers = request.workers ?? countWorkers(request);
  const lanes = startLanes({ fleet, output }, { workers, onResult: (result) => tally?.add(result) });
  try {
    const inPhase = createPhases(request, emit);
    const checked = await inPhase('read hosts', () => checkHosts(request, fleet));
    tally = new Tally(checked, clock);
    await renderChecked(request, { checked, tally, lanes, inPhase });
    return await summarize(request, checked, tally);
  } finally {
    await lanes.end();
  }
}

/** Below this a thread has not started before everything is done. */
const hostsPerWorker = 2000;
const mostWorkers = 3;
/** A row of the usual kind. How many there are is known only when all were read, and until then a thread has started. */
const usualRowBytes = 60;

function countWorkers({ source, only }: RenderRequest): number {
  const hosts = only?.length ?? source.sizeBytes / usualRowBytes;
  return Math.min(availableParallelism() - 1, mostWorkers, Math.floor(hosts / hostsPerWorker));
}

interface Work {
  checked: CheckedHosts;
  tally: Tally;
  lanes: Lanes;
  inPhase: InPhase;
}

async function renderChecked(request: RenderRequest, { checked, tally, lanes, inPhase }: Work): Promise<void> {
  const { output, signal, keepGoing, source } = request;
  const render = async (stage: string | undefined) => {
    await inPhase('render', async (progress) => {
      tally.onProgress = progress;
      for await (const hosts of checked.list()) {
        checkInterrupted(signal);
        await lanes.push(hosts, stage);
      }
      await lanes.finish();
      checkInterrupted(signal);
    });
    if (!keepGoing) checked.bag.check(source.file, { mayKeepGoing: true });
  };
  if (request.dryRun) return render(undefined);
  await withStage(output, ownNames, async (stage) => {
    await render(stage.folder);
    if (tally.staged.length > 0) await inPhase('put in place', () => stage.place(tally.staged, signal));
  });
}

async function summarize({ output, only }: RenderRequest, checked: CheckedHosts, tally: Tally): Promise<RenderedFleet> {
  const known = new Set([...tally.staged, ...tally.unchanged]);
  // A host that was passed over is in the file all the same, and so is one nobody asked for.
  const isWhole = only === undefined && checked.bag.errorCount === 0;
  return {
    output,
    checked,
    written: tally.staged,
    unchanged: tally.unchanged,
    warnings: [...checked.warnings, ...checked.bag.listWarnings()],
    leftovers: isWhole ? await listLeftovers(output, 'userdata.b64', (name) => known.has(name)) : [],
  };
}

type Progress = (detail: string) => void;
type InPhase = <T>(phase: Phase, work: (progress: Progress) => Promise<T>) => Promise<T>;

function createPhases({ source, clock }: RenderRequest, emit: Emit): InPhase {
  return async (phase, work) => {
    const about = { operation: 'userdata render', subject: source.file, phase } as const;
    const startedAt = clock.now();
    const seconds = () => (clock.now() - startedAt) / 1000;
    emit({ ...about, status: 'start' });
    try {
      const result = await work((detail) => emit({ ...about, status: 'progress', detail }));
      emit({ ...about, status: 'done', seconds: seconds() });
      return result;
    } catch (error) {
      emit({ ...about, status: 'fail', seconds: seconds() });
      throw error;
    }
  };
}

const tellEveryMs = 200;

class Tally {
  readonly staged: string[] = [];
  readonly unchanged: string[] = [];
  onProgress: Progress = () => {};
  readonly #checked: CheckedHosts;
  readonly #clock: Clock;
  #toldAt = 0;

  constructor(checked: CheckedHosts, clock: Clock) {
    this.#checked = checked;
    this.#clock = clock;
  }

  add({ staged, unchanged, findings }: LaneResult): void {
    for (const name of staged) this.staged.push(name);
    for (const name of unchanged) this.unchanged.push(name);
    for (const { severity, row, host, what, message } of findings)
      this.#checked.bag.add({ severity, ...row, path: `${host}: ${what}`, message });
    this.#tell();
  }

  #tell(): void {
    const now = this.#clock.now();
    if (now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    const done = this.staged.length + this.unchanged.length;
    this.onProgress(`hosts: ${done.toLocaleString('en')} of ${this.#checked.count.toLocaleString('en')}`);
  }
}
