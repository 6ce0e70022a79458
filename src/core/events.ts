/** A file that was written. */
export interface EventArtifact {
  format: string;
  path: string;
  bytes: number;
  sha256: string;
}

/** What a build left in a vCenter: no file here, and nothing there that a sum could be taken of. */
export interface RemoteArtifact {
  format: string;
  /** In the inventory, or `/library/item`. */
  path: string;
  /** Of a template the size of its disk; null where the vCenter does not say. */
  bytes: number | null;
  sha256: null;
}

export type BuildArtifact = EventArtifact | RemoteArtifact;

export function isFileArtifact(artifact: BuildArtifact): artifact is EventArtifact {
  return artifact.sha256 !== null;
}

/** One step of a long operation. The terminal view, NDJSON and JUnit are consumers of this stream; no operation prints. */
export interface FactoryEvent {
  /** ISO 8601, UTC. */
  at: string;
  /** For example `image build`. */
  operation: string;
  /** What it is about: an image, a host, a tool. */
  subject: string;
  phase: string;
  status: 'start' | 'progress' | 'done' | 'skip' | 'warn' | 'fail';
  detail?: string;
  /** On `done` and `fail`: how long the phase took. */
  seconds?: number;
  /** On `done`: nothing was run, the cache had it. */
  cached?: boolean;
  artifact?: EventArtifact;
}

export type Emit = (event: Omit<FactoryEvent, 'at'>) => void;

export const silentEmit: Emit = () => {};

/** A long operation: its events as they happen, and its result. */
export interface Operation<T> extends AsyncIterable<FactoryEvent> {
  result: Promise<T>;
}

/** Starts `run` at once; events wait until somebody iterates. The iteration ends when `run` does, without throwing. */
export function startOperation<T>(run: (emit: Emit) => Promise<T>): Operation<T> {
  const queue: FactoryEvent[] = [];
  let wake = () => {};
  let ended = false;
  const result = run((event) => {
    queue.push({ at: new Date().toISOString(), ...event });
    wake();
  }).finally(() => {
    ended = true;
    wake();
  });
  result.catch(() => {});
  async function* iterate(): AsyncGenerator<FactoryEvent> {
    for (;;) {
      const next = queue.shift();
      if (next !== undefined) yield next;
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return { result, [Symbol.asyncIterator]: iterate };
}
