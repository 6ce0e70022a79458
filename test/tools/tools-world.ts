import { chmodSync, copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import type { FactoryEvent } from '../../src/core/events.ts';
import { createExec } from '../../src/core/exec.ts';
import { silentLog } from '../../src/core/log.ts';
import { Store } from '../../src/core/store.ts';
import { createToolsContext, type ToolsContext } from '../../src/tools/context.ts';

const fixtures = resolve(import.meta.dirname, '../fixtures/bin');

export interface TestWorld {
  context: ToolsContext;
  /** `subject phase status` of every event. */
  events: string[];
  warnings: string[];
  root: string;
  /** The only folder on the PATH, besides the system's sbin folders. */
  bin: string;
  /** Puts a fixture program on the PATH. */
  place(name: string, fixture: string): string;
  /** A context of a later run over the same folder. */
  again(): ToolsContext;
}

const vendors = ['releases.hashicorp.com', 'github.com', 'hybrid-assets.eks.amazonaws.com'];

/** A private PATH and tool folder. Vendors' hosts count as not reached, so that a unit test never leaves this machine. */
export function createTestWorld(options: { env?: Record<string, string>; signal?: AbortSignal } = {}): TestWorld {
  const root = mkdtempSync(join(tmpdir(), 'tools-'));
  const bin = join(root, 'bin');
  mkdirSync(bin);
  const events: string[] = [];
  const warnings: string[] = [];
  const again = () => {
    const context = createToolsContext({
      exec: createExec(),
      log: { ...silentLog, warn: (message) => warnings.push(message) },
      clock: systemClock,
      emit: (event: Omit<FactoryEvent, 'at'>) => events.push(`${event.subject} ${event.phase} ${event.status}`),
      env: { PATH: bin, ...options.env },
      signal: options.signal ?? new AbortController().signal,
      store: new Store(join(root, 'cache')),
    });
    for (const host of vendors) context.memory.unreached.set(host, `${host} is out of reach in tests`);
    return context;
  };
  const place = (name: string, fixture: string) => {
    const target = join(bin, name);
    copyFileSync(join(fixtures, fixture), target);
    chmodSync(target, 0o755);
    return target;
  };
  return { context: again(), events, warnings, root, bin, place, again };
}
