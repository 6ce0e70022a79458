import { FactoryError, messageOf } from '../core/errors.ts';
import { installPackages } from './apt.ts';
import type { ToolsContext } from './context.ts';
import { missingToolError } from './find.ts';
import { inspectTool, platformOf } from './inspect.ts';
import { provideStored, provideTool } from './provide.ts';
import { resolveStored } from './stored.ts';
import { toolNamed, tools } from './table.ts';
import type { ResolvedTool, Tool } from './types.ts';

/** Two at a time: while one fetches its modules or links, which uses one core, the other compiles. */
const concurrency = 2;

/** A tool and, if it is not the pinned one, the version that was asked for: `kubelet`, `kubelet@1.34.3`. */
interface Order {
  tool: Tool;
  version: string | undefined;
}

/**
 * Installs what is missing; safe to run again, at the same time as another, and after an interrupt. Distribution packages come in one go.
 * @param names tool names, each also as `name@version`, or `all`
 * @throws FactoryError the error of what could not be had; of several, one error with a line for each. The others are installed.
 */
export async function installTools(names: readonly string[] | 'all', context: ToolsContext): Promise<ResolvedTool[]> {
  const orders = parseOrders(names);
  const failures: unknown[] = [];
  const note = (error: unknown) => {
    failures.push(error);
    return undefined;
  };
  const packages = await listMissingPackages(orders, context);
  const system = orders.filter(({ tool }) => tool.kind === 'system');
  const others = orders.filter(({ tool }) => tool.kind !== 'system');
  const distribution = installSystem(packages, system, context).catch(note);
  const install = (order: Order) => installOne(order, context).catch(note);
  const installed = await mapLimited(others, concurrency, context.signal, install);
  const found = (await distribution) ?? [];
  checkFailures(failures);
  return [...installed, ...found].filter((tool) => tool !== undefined);
}

/** @throws FactoryError `usage` for a name that is not in the table. */
export function parseOrders(names: readonly string[] | 'all'): Order[] {
  if (names === 'all') return tools.map((tool) => ({ tool, version: undefined }));
  return names.map((text) => {
    const [name = '', version] = text.split('@');
    const tool = toolNamed(name);
    if (version !== undefined && tool.pinned === undefined) {
      throw new FactoryError('usage', `'${text}': ${name} comes from the distribution, its version cannot be chosen`);
    }
    return { tool, version: version?.replace(/^v/, '') };
  });
}

async function installOne({ tool, version }: Order, context: ToolsContext): Promise<ResolvedTool> {
  if (version === undefined) return provideTool(tool.name, context);
  return resolveStored(await provideStored({ tool, version, platform: platformOf(tool) }, context));
}

async function listMissingPackages(orders: readonly Order[], context: ToolsContext): Promise<string[]> {
  const missing = new Set<string>();
  for (const { tool } of orders) {
    if (tool.packages === undefined || (await inspectTool(tool, context)).resolved !== undefined) continue;
    for (const name of tool.packages) missing.add(name);
  }
  return [...missing].sort();
}

/** One apt run for everything that is missing, then every tool is looked at again. */
async function installSystem(
  packages: readonly string[],
  orders: readonly Order[],
  context: ToolsContext,
): Promise<ResolvedTool[]> {
  if (packages.length > 0) await installMissing(packages, context);
  return Promise.all(orders.map(({ tool }) => recheck(tool, context)));
}

async function installMissing(packages: readonly string[], context: ToolsContext): Promise<void> {
  const event = { operation: 'tools install', subject: 'distribution packages', phase: 'install' } as const;
  const startedAt = context.clock.now();
  const took = () => ({ seconds: (context.clock.now() - startedAt) / 1000 });
  context.emit({ ...event, status: 'start', detail: packages.join(' ') });
  try {
    await installPackages(packages, context);
    context.emit({ ...event, ...took(), status: 'done' });
  } catch (error) {
    context.emit({ ...event, ...took(), status: 'fail', detail: messageOf(error) });
    throw error;
  } finally {
    for (const tool of tools) if (tool.kind === 'system') context.memory.inspections.delete(tool.name);
  }
}

async function recheck(tool: Tool, context: ToolsContext): Promise<ResolvedTool> {
  const inspection = await inspectTool(tool, context);
  if (inspection.resolved !== undefined) return inspection.resolved;
  throw missingToolError(inspection);
}

/** Runs `work` on every item, a few at a time, results in order; after an interrupt nothing new is started. */
async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) {
      if (signal.aborted) return;
      results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  return results;
}

/** Our own bug before anything else, then an interrupt, then what a person can do something about. */
function checkFailures(failures: readonly unknown[]): void {
  const [first] = failures;
  if (first === undefined) return;
  const known = failures.filter((error) => error instanceof FactoryError);
  if (known.length < failures.length) throw failures.find((error) => !(error instanceof FactoryError));
  const interrupted = known.find((error) => error.code === 'interrupted');
  if (interrupted !== undefined || failures.length === 1) throw interrupted ?? first;
  throw new FactoryError(known[0]?.code ?? 'tool.missing', `${failures.length} installations failed`, {
    hint: [...new Set(known.map((error) => error.hint).filter(Boolean))].join(' '),
    details: known.flatMap((error) => [error.message, ...error.details.map((line) => `    ${line}`)]),
    cause: first,
  });
}
