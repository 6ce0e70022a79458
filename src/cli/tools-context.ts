import { type Emit, silentEmit } from '../core/events.ts';
import { Store } from '../core/store.ts';
import { createToolsContext, type ToolsContext } from '../tools/context.ts';
import { findCacheFolder } from './cache-folder.ts';
import type { CommandContext, CommandInput } from './command.ts';

export async function toolsContextOf(
  context: CommandContext,
  input: Pick<CommandInput, 'options'>,
  emit: Emit = silentEmit,
): Promise<ToolsContext> {
  return createToolsContext({ ...context, emit, store: new Store(await findCacheFolder(context, input)) });
}
