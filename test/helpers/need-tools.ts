import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { silentEmit } from '../../src/core/events.ts';
import { createExec } from '../../src/core/exec.ts';
import { silentLog } from '../../src/core/log.ts';
import { Store } from '../../src/core/store.ts';
import { createToolsContext, type ToolsContext } from '../../src/tools/context.ts';
import { findTool } from '../../src/tools/find.ts';
import { listOnPath } from '../../src/tools/find-on-path.ts';

/** The tier promises that everything is there: what is missing fails a test instead of skipping it. */
export const toolsRequired = process.env['HNF_REQUIRE_TOOLS'] === '1';

/** The tools of this machine as `hnf` finds them; nothing is installed. */
export function realTools(env: NodeJS.ProcessEnv = process.env): ToolsContext {
  return createToolsContext({
    exec: createExec(),
    log: silentLog,
    clock: systemClock,
    emit: silentEmit,
    env,
    signal: new AbortController().signal,
    store: new Store(cacheFolder(env)),
  });
}

/** What was found once is not looked for again in the same test file. */
const tools = realTools();

/** Paths of tools a test needs, in the order asked for. A missing one skips the test with the reason, or fails it (toolsRequired). */
export async function needTools(context: TestContext, ...names: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const name of names) {
    const tool = await findTool(name, tools);
    if (tool === undefined) return skipOrFail(context, `${name} is not installed (hnf tools install ${name})`);
    paths.push(tool.path);
  }
  return paths;
}

/** The same for programs that are on about every machine, and that hnf does not install. */
export function needPrograms(context: TestContext, ...names: readonly string[]): void {
  for (const name of names) {
    if (listOnPath(name, process.env['PATH']).length === 0) skipOrFail(context, `${name} is not on the PATH`);
  }
}

/** Tests of minutes run only when the whole tier is asked for. */
export function needTime(context: TestContext): void {
  if (process.env['HNF_TIER'] !== 'all') context.skip('takes minutes; npm run test:all runs it');
}

export function skipOrFail(context: TestContext, reason: string): never {
  if (toolsRequired) throw new Error(`${reason}, and HNF_REQUIRE_TOOLS=1 allows no skip`);
  return context.skip(reason);
}

/** As `hnf` without a config file finds it. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['HNF_CACHE_DIR'];
  if (given !== undefined && given !== '') return given;
  const root = env['XDG_CACHE_HOME'];
  return join(root === undefined || root === '' ? join(homedir(), '.cache') : root, 'hybrid-node-factory');
}
