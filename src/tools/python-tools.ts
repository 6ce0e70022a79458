import { join } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import { findCloudInit, provideCloudInit } from './cloud-init.ts';
import type { ToolsContext } from './context.ts';
import { findPythonEnv, type PythonEnv, providePythonEnv } from './python-env.ts';
import type { ResolvedTool, Tool } from './types.ts';

/** A tool of table-python.ts in our folder. */
export async function findPythonTool(tool: Tool, context: ToolsContext): Promise<ResolvedTool | undefined> {
  if (tool.sources.includes('deb')) {
    const found = await findCloudInit(context);
    return found === undefined ? undefined : { name: tool.name, ...found, origin: 'deb' };
  }
  const env = await findPythonEnv(context);
  return env === undefined ? undefined : describe(tool, env);
}

/** The same, made if need be. */
export async function providePythonTool(tool: Tool, context: ToolsContext): Promise<ResolvedTool> {
  if (tool.sources.includes('deb')) return { name: tool.name, ...(await provideCloudInit(context)), origin: 'deb' };
  return describe(tool, await providePythonEnv(context));
}

/** Which distribution's version is the tool's. */
const distributions: Readonly<Record<string, string>> = { ksvalidator: 'pykickstart', 'python-judges': 'pyyaml' };

function describe(tool: Tool, { folder, versions }: PythonEnv): ResolvedTool {
  const distribution = distributions[tool.name];
  if (distribution === undefined) throw new FactoryError('internal', `no distribution is known for '${tool.name}'`);
  const path = join(folder, 'bin', tool.binary ?? tool.name);
  return { name: tool.name, path, version: versions[distribution], origin: 'pypi' };
}
