import { type Emit, silentEmit } from '../core/events.ts';
import { Store } from '../core/store.ts';
import { createToolsContext, type ToolsContext } from '../tools/context.ts';
import { cacheFolder } from './cache-folder.ts';
import type { CommandContext } from './command.ts';

export function toolsContextOf(context: CommandContext, emit: Emit = silentEmit): ToolsContext {
  return createToolsContext({ ...context, emit, store: new Store(cacheFolder(context.env, context.cwd)) });
}
