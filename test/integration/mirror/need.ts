import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { silentEmit } from '../../../src/core/events.ts';
import { createExec } from '../../../src/core/exec.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { createToolsContext, type ToolsContext } from '../../../src/tools/context.ts';
import { inspectTool } from '../../../src/tools/inspect.ts';
import { provideTool } from '../../../src/tools/provide.ts';
import { toolNamed } from '../../../src/tools/table.ts';

export const exec = createExec();

/** Missing tools fail a test instead of skipping it. */
export const toolsRequired = process.env['HNF_REQUIRE_TOOLS'] === '1';

/** Tools as the user has them, in the cache the user has. */
export function testTools(): ToolsContext {
  const root = process.env['HNF_CACHE_DIR'] ?? join(homedir(), '.cache/hybrid-node-factory');
  const signal = new AbortController().signal;
  const store = new Store(root);
  return createToolsContext({
    exec,
    log: silentLog,
    clock: systemClock,
    emit: silentEmit,
    env: process.env,
    signal,
    store,
  });
}

/** The path of a tool if it is there; with HNF_REQUIRE_TOOLS=1 it is installed. */
export async function findToolPath(name: string, tools: ToolsContext): Promise<string | undefined> {
  if (toolsRequired) return (await provideTool(name, tools)).path;
  return (await inspectTool(toolNamed(name), tools)).resolved?.path;
}
