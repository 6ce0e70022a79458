import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import type { Exec } from '../core/exec.ts';
import type { Log } from '../core/log.ts';
import { packageRoot } from '../core/package-root.ts';
import { SingleFlight } from '../core/single-flight.ts';
import type { Store, StoreEntry } from '../core/store.ts';
import type { GoProgram } from './go-toolchain.ts';
import type { Inspection } from './inspect.ts';
import type { ToolsSource } from './source-choice.ts';
import { findToolsSource } from './source-choice.ts';
import type { StoredTool } from './stored.ts';

/** What looking for and installing tools needs from outside. */
export interface ToolsWorld {
  exec: Exec;
  log: Log;
  clock: Clock;
  emit: Emit;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** Our tools are its entries of kind `tools`. */
  store: Store;
}

export interface ToolsContext extends ToolsWorld {
  /** Our Go modules, one folder per program. */
  goFolder: string;
  /** HNF_TOOLS_SOURCE. */
  source: ToolsSource;
  /** What this run has found out already. */
  memory: {
    /** Host → why it could not be reached; it is not asked again in this run. */
    unreached: Map<string, string>;
    inspections: Map<string, Promise<Inspection>>;
    installs: SingleFlight<StoreEntry<StoredTool>>;
    /** Lowest acceptable version → the `go` to build with. */
    go: SingleFlight<GoProgram>;
    apt: { ready: Promise<AptAccess> | undefined; queue: Promise<unknown> };
  };
}

/** Whether packages can be installed, and with which prefix (`sudo -n`). */
export type AptAccess =
  | { usable: true; prefix: readonly string[] }
  | { usable: false; reason: string; hasApt: boolean };

/** @throws FactoryError `usage` for an unknown HNF_TOOLS_SOURCE. */
export function createToolsContext(world: ToolsWorld, goFolder = join(packageRoot(), 'tools', 'go')): ToolsContext {
  return {
    ...world,
    goFolder,
    source: findToolsSource(world.env),
    memory: {
      unreached: new Map(),
      inspections: new Map(),
      installs: new SingleFlight(),
      go: new SingleFlight(),
      apt: { ready: undefined, queue: Promise.resolve() },
    },
  };
}
