import { DefaultRenderer, Listr, ListrLogger, type ListrTask, PRESET_TIMER, ProcessOutput } from 'listr2';
import type { FactoryEvent } from '../../core/events.ts';

/** listr2 looks at stdout and, when that is no terminal, writes a plainer list there: among the results. Ours is on stderr, which is one. */
class StderrRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

/** Shows an operation with known phases as a live list: elapsed times, and the last line of the running step below it. */
export async function showTerminal(events: AsyncIterable<FactoryEvent>, phases: readonly string[]): Promise<void> {
  const feed = createFeed(events);
  const tasks: ListrTask[] = phases.map((phase) => ({
    title: phase,
    task: async (_context, task) => {
      for (;;) {
        const event = await feed.next(phase);
        if (event === undefined) return task.skip(`${phase} not reached`);
        if (event.status === 'progress' || event.status === 'warn') task.output = event.detail ?? '';
        if (event.status === 'done') {
          if (event.cached === true) task.title = `${phase} (from the cache)`;
          return;
        }
        if (event.status === 'fail') throw new Error(`${phase} failed`);
      }
    },
  }));
  // stdout is for results; signals are core/interrupt's, listr2's own handler would end the process before anything is cleaned up.
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const list = new Listr(tasks, {
    renderer: StderrRenderer,
    concurrent: false,
    registerSignalListeners: false,
    exitOnError: true,
    collectErrors: false,
    rendererOptions: { timer: PRESET_TIMER, collapseErrors: false, logger },
  });
  // The operation's own result carries the error; the list only shows where it happened.
  await list.run().catch(() => {});
}

/** Hands out events phase by phase; undefined when the operation ended before the phase did. */
function createFeed(events: AsyncIterable<FactoryEvent>): { next(phase: string): Promise<FactoryEvent | undefined> } {
  const iterator = events[Symbol.asyncIterator]();
  const early: FactoryEvent[] = [];
  return {
    async next(phase) {
      const waiting = early.findIndex((event) => event.phase === phase);
      if (waiting >= 0) return early.splice(waiting, 1)[0];
      for (;;) {
        const step = await iterator.next();
        if (step.done === true) return undefined;
        if (step.value.phase === phase) return step.value;
        early.push(step.value);
      }
    },
  };
}
