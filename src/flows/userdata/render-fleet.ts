import { availableParallelism } from 'node:os';
import type { Clock } from '../../core/clock.ts';
import { type Emit, type Operation, startOperation } from '../../core/events.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import type { FindingsBag } from '../../hosts/findings-bag.ts';
import { checkOutput, listLeftovers, withStage } from '../host-folders/stage.ts';
import type { FleetPayloads } from './fleet.ts';
import type { LaneResult } from './lane.ts';
import { startLanes } from './lanes.ts';
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
  const { output, fleet, signal, dryRun, keepGoing, source } = request;
  const inPhase = createPhases(request, emit);
  await checkOutput(output);
  const checked = await inPhase('read hosts', () => checkHosts(request, fleet));
  const tally = new Tally(checked.bag);
  const render = async (stage: string | undefined) => {
    await inPhase('render', (progress) => renderInto(stage, request, checked, tally, progress));
    if (!keepGoing) checked.bag.check(source.file, { mayKeepGoing: true });
  };
  if (dryRun) await render(undefined);
  else
    await withStage(output, ownNames, async (stage) => {
      await render(stage.folder);
      if (tally.staged.length > 0) await inPhase('put in place', () => stage.place(tally.staged, signal));
    });
  const known = new Set([...tally.staged, ...tally.unchanged]);
  // A host that was passed over is in the file all the same, and so is one nobody asked for.
  const isWhole = request.only === undefined && checked.bag.errorCount === 0;
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

function createPhases({ source, clock }: RenderRequest, emit: Emit) {
  return async <T>(phase: Phase, work: (progress: Progress) => Promise<T>): Promise<T> => {
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

/** Below this a thread has not started before everything is done. */
const hostsPerWorker = 2000;
const mostWorkers = 3;
const tellEveryMs = 200;

async function renderInto(
  stage: string | undefined,
  request: RenderRequest,
  { count, list }: CheckedHosts,
  tally: Tally,
  progress: Progress,
): Promise<void> {
  const { fleet, output, signal } = request;
  const useful = Math.min(availableParallelism() - 1, mostWorkers, Math.floor(count / hostsPerWorker));
  let toldAt = 0;
  const onResult = (result: LaneResult) => {
    tally.add(result);
    if (request.clock.now() - toldAt < tellEveryMs) return;
    toldAt = request.clock.now();
    progress(`hosts: ${tally.count.toLocaleString('en')} of ${count.toLocaleString('en')}`);
  };
  const lanes = startLanes({ fleet, stage, output }, { workers: request.workers ?? useful, onResult });
  try {
    for await (const hosts of list()) {
      checkInterrupted(signal);
      await lanes.push(hosts);
    }
    await lanes.finish();
    checkInterrupted(signal);
  } finally {
    await lanes.end();
  }
}

class Tally {
  readonly #bag: FindingsBag;
  readonly staged: string[] = [];
  readonly unchanged: string[] = [];

  constructor(bag: FindingsBag) {
    this.#bag = bag;
  }

  get count(): number {
    return this.staged.length + this.unchanged.length;
  }

  add({ staged, unchanged, findings }: LaneResult): void {
    for (const name of staged) this.staged.push(name);
    for (const name of unchanged) this.unchanged.push(name);
    for (const { severity, row, host, what, message } of findings)
      this.#bag.add({ severity, ...row, path: `${host}: ${what}`, message });
  }
}
