import { existsSync } from 'node:fs';
import type { ToolsContext } from './context.ts';
import { administratorFolders, listOnPath } from './find-on-path.ts';
import { hostPlatform } from './platform.ts';
import { runProbe } from './probe.ts';
import { findPythonTool } from './python-tools.ts';
import { findStored, resolveStored } from './stored.ts';
import type { Platform, ResolvedTool, Tool, ToolState } from './types.ts';
import { judgeVersion } from './version.ts';

/** Something of the right name that will not do. */
export interface RejectedTool {
  path: string;
  found: string | undefined;
  state: Exclude<ToolState, 'ok' | 'missing'>;
  /** What an impostor printed. */
  said?: string;
}

export interface Inspection {
  tool: Tool;
  resolved: ResolvedTool | undefined;
  rejected: readonly RejectedTool[];
}

/** Looks for a tool where it may already be: on the PATH, then in our folder. Runs nothing but version questions; remembered for the run. */
export function inspectTool(tool: Tool, context: ToolsContext): Promise<Inspection> {
  const known = context.memory.inspections.get(tool.name);
  if (known !== undefined) return known;
  const started = inspect(tool, context);
  context.memory.inspections.set(tool.name, started);
  started.catch(() => context.memory.inspections.delete(tool.name));
  return started;
}

/** The platform a tool is for: ours; for what goes into a guest, Linux on our processor; for firmware, that of the lab's machines. */
export function platformOf(tool: Tool): Platform {
  if (tool.kind === 'firmware') return { os: 'linux', arch: 'amd64' };
  const host = hostPlatform();
  return tool.kind === 'node-artifact' ? { os: 'linux', arch: host.arch } : host;
}

async function inspect(tool: Tool, context: ToolsContext): Promise<Inspection> {
  const rejected: RejectedTool[] = [];
  const resolved = findFile(tool) ?? (await findOnPath(tool, context, rejected)) ?? (await findInFolder(tool, context));
  return { tool, resolved, rejected };
}

function findFile(tool: Tool): ResolvedTool | undefined {
  const path = tool.files?.find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : { name: tool.name, path, version: undefined, origin: 'system' };
}

async function findOnPath(
  tool: Tool,
  context: ToolsContext,
  rejected: RejectedTool[],
): Promise<ResolvedTool | undefined> {
  if (!tool.sources.includes('path') || tool.files !== undefined) return undefined;
  const origin = tool.kind === 'system' ? 'system' : 'path';
  const more = tool.kind === 'system' ? administratorFolders : [];
  for (const path of listOnPath(tool.binary ?? tool.name, context.env['PATH'], more)) {
    if (tool.probe === undefined) return { name: tool.name, path, version: undefined, origin };
    const answer = await runProbe(path, tool.probe, context.exec, context);
    if (answer.kind === 'impostor') {
      rejected.push({ path, found: undefined, state: 'impostor', said: answer.said });
      continue;
    }
    const verdict = judgeVersion(answer.version, tool.wanted);
    if (verdict === 'in-range') return { name: tool.name, path, version: answer.version, origin };
    rejected.push({ path, found: answer.version, state: verdict });
  }
  return undefined;
}

async function findInFolder(tool: Tool, context: ToolsContext): Promise<ResolvedTool | undefined> {
  if (tool.kind === 'python') return findPythonTool(tool, context);
  if (tool.pinned === undefined) return undefined;
  const entry = await findStored({ tool, version: tool.pinned, platform: platformOf(tool) }, context);
  return entry === undefined ? undefined : resolveStored(entry);
}
