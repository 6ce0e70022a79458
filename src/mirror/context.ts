import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import type { Store } from '../core/store.ts';

/** Under what name the mirror's events appear, e.g. `image build`, `debian12-lab`, `artifacts`. */
export interface EventLabel {
  operation: string;
  subject: string;
  phase: string;
}

/** What serving needs from outside. */
export interface ServeContext {
  log: Log;
  emit: Emit;
  label: EventLabel;
  signal: AbortSignal;
}

/** What collecting and writing need on top. */
export interface MirrorContext extends ServeContext {
  clock: Clock;
  /** The cache; downloads are entries of kind `artifact`, keyed by their SHA-256. */
  store: Store;
  /** Only the proxy variables are read. */
  env: Readonly<Record<string, string | undefined>>;
}
