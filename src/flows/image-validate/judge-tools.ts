import { FactoryError } from '../../core/errors.ts';
import type { ToolsContext } from '../../tools/context.ts';
import { requireTool } from '../../tools/find.ts';
import { type PackerPluginName, requirePluginFolder } from '../../tools/plugin-folder.ts';
import { provideTool } from '../../tools/provide.ts';
import type { ResolvedTool } from '../../tools/types.ts';

/** The tools that could be had, and for the others why not. */
export interface JudgeTools {
  found: ReadonlyMap<string, ResolvedTool>;
  missing: ReadonlyMap<string, string>;
  /** Empty without plugins. */
  pluginFolder: string;
}

const pluginNames: readonly PackerPluginName[] = ['packer-plugin-qemu', 'packer-plugin-vsphere'];

/**
 * What is missing is installed, if that is wanted; what cannot be had is noted, for its judges cannot work.
 * @throws FactoryError `interrupted`.
 */
export async function provideJudgeTools(
  names: readonly string[],
  install: boolean,
  context: ToolsContext,
): Promise<JudgeTools> {
  const get = install ? provideTool : requireTool;
  const found = new Map<string, ResolvedTool>();
  const missing = new Map<string, string>();
  await Promise.all(
    [...new Set(names)].map(async (name) => {
      try {
        found.set(name, await get(name, context));
      } catch (error) {
        if (!(error instanceof FactoryError) || error.code === 'interrupted') throw error;
        missing.set(name, [error.message, error.hint].filter(Boolean).join('. '));
      }
    }),
  );
  const plugins = pluginNames.filter((name) => found.has(name));
  const pluginFolder = plugins.length === 0 ? '' : await requirePluginFolder(plugins, context);
  return { found, missing, pluginFolder };
}
