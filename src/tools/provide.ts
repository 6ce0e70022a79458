import { join } from 'node:path';
import { type ErrorCode, FactoryError, messageOf } from '../core/errors.ts';
import type { StoreContext, StoreEntry } from '../core/store.ts';
import { installPackages } from './apt.ts';
import type { ToolsContext } from './context.ts';
import { fetchDeb } from './fetch-deb.ts';
import { fetchRelease } from './fetch-release.ts';
import { installHint, missingToolError } from './find.ts';
import { buildGoTool } from './go-build.ts';
import { findRecipe } from './go-recipes.ts';
import { inspectTool, platformOf } from './inspect.ts';
import { hostPlatform, samePlatform } from './platform.ts';
import { runProbe } from './probe.ts';
import { providePythonTool } from './python-tools.ts';
import { findRelease } from './releases.ts';
import {
  findDebKey,
  findStored,
  goKey,
  releaseKey,
  resolveStored,
  type StoredTool,
  type ToolRequest,
  toolKind,
} from './stored.ts';
import { toolNamed } from './table.ts';
import type { ResolvedTool } from './types.ts';

/**
 * The tool as it is, or installed now: official release, unpacked package, our own build, or distribution package.
 * @throws FactoryError as requireTool, with what was tried in its details.
 */
export async function provideTool(name: string, context: ToolsContext): Promise<ResolvedTool> {
  const tool = toolNamed(name);
  const { resolved } = await inspectTool(tool, context);
  if (resolved !== undefined) return resolved;
  if (tool.pinned !== undefined) {
    const entry = await provideStored({ tool, version: tool.pinned, platform: platformOf(tool) }, context);
    context.memory.inspections.delete(tool.name);
    return resolveStored(entry);
  }
  if (tool.kind === 'python') {
    const made = await providePythonTool(tool, context);
    context.memory.inspections.delete(tool.name);
    return made;
  }
  await installPackages(tool.packages ?? [], context);
  context.memory.inspections.delete(tool.name);
  const inspection = await inspectTool(tool, context);
  if (inspection.resolved !== undefined) return inspection.resolved;
  throw missingToolError(inspection);
}

/** One version of a tool in our folder, fetched or built if need be; done once however many ask. */
export function provideStored(request: ToolRequest, context: ToolsContext): Promise<StoreEntry<StoredTool>> {
  const { tool, version, platform } = request;
  const key = `${tool.name} ${version} ${platform.os} ${platform.arch}`;
  return context.memory.installs.run(key, () => findOrMake(request, context));
}

async function findOrMake(request: ToolRequest, context: ToolsContext): Promise<StoreEntry<StoredTool>> {
  const found = await findStored(request, context);
  if (found !== undefined) return found;
  const tried: string[] = [];
  for (const make of makers) {
    const entry = await make(request, context, tried);
    if (entry !== undefined) return entry;
  }
  const what = `${request.tool.name} ${request.version}`;
  throw new FactoryError('tool.missing', `${what} is needed (${request.tool.why}) and could not be had`, {
    hint: tried.length > 0 ? `Reach one of these, then run \`hnf tools install ${request.tool.name}\`.` : undefined,
    details: tried,
  });
}

type Maker = (
  request: ToolRequest,
  context: ToolsContext,
  tried: string[],
) => Promise<StoreEntry<StoredTool> | undefined>;

const makers: readonly Maker[] = [makeFromRelease, makeFromDeb, makeFromGo];

async function makeFromRelease(request: ToolRequest, context: ToolsContext, tried: string[]): ReturnType<Maker> {
  const release = findRelease(request.tool.name, request.version, request.platform);
  if (context.source === 'go' || release === undefined || !request.tool.sources.includes('release')) return undefined;
  const fill = (folder: string) => fetchRelease(request, release, folder, context);
  // Only "cannot be had" leads on to the next source; a file that is not what the vendor published is an alarm.
  return tryMake(
    { key: releaseKey(request), phase: 'release', leadsOn: 'network.failed', fill },
    request,
    context,
    tried,
  );
}

async function makeFromDeb(request: ToolRequest, context: ToolsContext, tried: string[]): ReturnType<Maker> {
  const { deb } = request.tool;
  if (deb === undefined) return undefined;
  const key = findDebKey(request);
  if (key === undefined) {
    tried.push(`package: only ${request.tool.name} ${request.tool.pinned} is known`);
    return undefined;
  }
  const fill = (folder: string) => fetchDeb(request, deb, folder, context);
  return tryMake({ key, phase: 'package', leadsOn: 'tool.missing', fill }, request, context, tried);
}

async function makeFromGo(request: ToolRequest, context: ToolsContext, tried: string[]): ReturnType<Maker> {
  const recipe = findRecipe(request.tool.name, request.version);
  if (context.source === 'release' || !request.tool.sources.includes('go')) return undefined;
  if (recipe === undefined) {
    tried.push(`build: no recipe for ${request.tool.name} ${request.version}`);
    return undefined;
  }
  const key = await goKey(request, recipe, context.goFolder);
  const fill = (folder: string) => buildGoTool(request, recipe, folder, context);
  return tryMake({ key, phase: 'build', leadsOn: 'tool.missing', fill }, request, context, tried);
}

interface Attempt {
  key: string;
  phase: 'release' | 'package' | 'build';
  /** The error that means "not from here". */
  leadsOn: ErrorCode;
  fill(folder: string): Promise<StoredTool>;
}

/** Makes an entry with events around it; undefined when this source does not have it. */
async function tryMake(
  attempt: Attempt,
  request: ToolRequest,
  context: ToolsContext,
  tried: string[],
): ReturnType<Maker> {
  const event = { operation: 'tools install', subject: request.tool.name, phase: attempt.phase } as const;
  const startedAt = context.clock.now();
  const took = () => ({ seconds: (context.clock.now() - startedAt) / 1000 });
  context.emit({ ...event, status: 'start', detail: request.version });
  try {
    const entry = await makeEntry(attempt, request, context, (holder) =>
      context.emit({ ...event, status: 'progress', detail: `waiting for ${holder}` }),
    );
    context.emit({ ...event, ...took(), status: 'done', cached: entry.cached, detail: entry.meta.source });
    return entry;
  } catch (error) {
    const leadsOn = error instanceof FactoryError && error.code === attempt.leadsOn;
    context.emit({ ...event, ...took(), status: leadsOn ? 'skip' : 'fail', detail: messageOf(error) });
    if (!leadsOn) throw error;
    tried.push(`${attempt.phase}: ${error.message}`, ...error.details);
    return undefined;
  }
}

/** The tool has to say its version before it gets its name. */
function makeEntry(
  attempt: Attempt,
  request: ToolRequest,
  context: ToolsContext,
  onWait: (holder: string) => void,
): Promise<StoreEntry<StoredTool>> {
  const storeContext: StoreContext = { log: context.log, signal: context.signal, onWait };
  return context.store.provide(toolKind, attempt.key, storeContext, async (folder) => {
    const stored = await attempt.fill(folder);
    await checkVersion(join(folder, stored.binary), request, context);
    return stored;
  });
}

/** A program for another processor cannot be asked. */
async function checkVersion(
  path: string,
  { tool, version, platform }: ToolRequest,
  context: ToolsContext,
): Promise<void> {
  if (tool.probe === undefined || !samePlatform(platform, hostPlatform())) return;
  const answer = await runProbe(path, tool.probe, context.exec, { signal: context.signal, timeoutMs: 60_000 });
  if (answer.kind === 'version' && answer.version === version) return;
  const said = answer.kind === 'version' ? `says it is ${answer.version}` : `answers '${answer.said}'`;
  throw new FactoryError('tool.version', `${tool.name} ${version} was made and ${said}`, { hint: installHint(tool) });
}
