import type { Operation } from '../../core/events.ts';
import type { CommandContext } from '../command.ts';
import { createPlainView } from './plain-view.ts';

/** Shows a long operation the way this terminal can, and gives its result. Nothing is shown with `quiet` (`--json`). */
export async function showOperation<T>(
  operation: Operation<T>,
  context: CommandContext,
  options: { phases: readonly string[]; quiet: boolean },
): Promise<T> {
  if (options.quiet) return operation.result;
  // A terminal that does not know its width, as `ssh -tt` from a pipeline makes it, cannot be redrawn.
  if (context.interactive && process.stderr.columns > 0) {
    const { showTerminal } = await import('./terminal-view.ts');
    await showTerminal(operation, options.phases);
    return operation.result;
  }
  const show = createPlainView(context.progress);
  for await (const event of operation) show(event);
  return operation.result;
}
