import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { silentEmit } from '../../../src/core/events.ts';
import { createExec } from '../../../src/core/exec.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { createToolsContext, type ToolsContext } from '../../../src/tools/context.ts';

/** Real programs, real network; `root` is the tool folder, default the user's. */
export function createRealContext(root = userCache(), env: Readonly<Record<string, string>> = {}): ToolsContext {
  return createToolsContext({
    exec: createExec(),
    log: silentLog,
    clock: systemClock,
    emit: silentEmit,
    env: { ...process.env, ...env },
    signal: new AbortController().signal,
    store: new Store(root),
  });
}

/** Skips with the reason, or fails where everything has to be there. */
export function skipWithout(test: TestContext, present: boolean, reason: string): void {
  if (present) return;
  if (process.env['HNF_REQUIRE_TOOLS'] === '1') throw new Error(`HNF_REQUIRE_TOOLS=1 and ${reason}`);
  test.skip(reason);
}

function userCache(): string {
  const given = process.env['HNF_CACHE_DIR'];
  if (given !== undefined && given !== '') return given;
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'hybrid-node-factory');
}
