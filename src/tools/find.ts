import { FactoryError } from '../core/errors.ts';
import { aptCommand } from './apt.ts';
import type { ToolsContext } from './context.ts';
import { type Inspection, inspectTool, type RejectedTool } from './inspect.ts';
import { toolNamed, tools } from './table.ts';
import type { ResolvedTool, Tool, ToolStatus } from './types.ts';

/** The tool if it is there in an accepted version; nothing is installed. @throws FactoryError `usage` for an unknown name. */
export async function findTool(name: string, context: ToolsContext): Promise<ResolvedTool | undefined> {
  return (await inspectTool(toolNamed(name), context)).resolved;
}

/**
 * The tool, or an error that says what was found instead and how to get it; nothing is installed.
 * @throws FactoryError `tool.missing`, `tool.version`, `tool.impostor` or `plugin.missing` (exit code 3).
 */
export async function requireTool(name: string, context: ToolsContext): Promise<ResolvedTool> {
  const inspection = await inspectTool(toolNamed(name), context);
  if (inspection.resolved !== undefined) return inspection.resolved;
  throw missingToolError(inspection);
}

/** The rows of `hnf tools list`. */
export async function listTools(context: ToolsContext): Promise<ToolStatus[]> {
  const inspections = await Promise.all(tools.map((tool) => inspectTool(tool, context)));
  return inspections.map(describeInspection);
}

/** Pure. A tool that will not do is shown with its path, so that a person sees what is in the way. */
export function describeInspection({ tool, resolved, rejected }: Inspection): ToolStatus {
  const row = { name: tool.name, wanted: tool.wanted === '' ? 'any' : tool.wanted };
  if (resolved !== undefined) {
    return { ...row, found: resolved.version ?? null, path: resolved.path, origin: resolved.origin, status: 'ok' };
  }
  const first = rejected[0];
  if (first === undefined) return { ...row, found: null, path: null, origin: null, status: 'missing' };
  return { ...row, found: first.found ?? null, path: first.path, origin: 'path', status: first.state };
}

/** Pure. */
export function missingToolError({ tool, rejected }: Inspection): FactoryError {
  const hint = installHint(tool);
  const details = rejected.map((item) => describeRejected(tool, item));
  const first = rejected[0];
  const purpose = `${tool.name}${tool.wanted === '' ? '' : ` ${tool.wanted}`} is needed (${tool.why})`;
  if (first === undefined) {
    return new FactoryError(
      tool.kind === 'packer-plugin' ? 'plugin.missing' : 'tool.missing',
      `${purpose} and is not there`,
      {
        hint,
      },
    );
  }
  const code = first.state === 'impostor' ? 'tool.impostor' : 'tool.version';
  return new FactoryError(code, `${purpose}; ${details[0]}`, { hint, details: details.slice(1) });
}

function describeRejected(tool: Tool, rejected: RejectedTool): string {
  if (rejected.state === 'impostor') {
    return `'${rejected.path}' is another program of that name (it answered '${rejected.said ?? ''}')`;
  }
  const age = rejected.state === 'too-old' ? 'too old' : 'too new';
  return `'${rejected.path}' is ${rejected.found}, which is ${age}; accepted: ${tool.wanted}`;
}

/** What to type. */
export function installHint(tool: Tool): string {
  if (tool.packages === undefined) return `Run \`hnf tools install ${tool.name}\`.`;
  return `Run \`hnf tools install ${tool.name}\`, or as root: ${aptCommand(tool.packages)}`;
}
