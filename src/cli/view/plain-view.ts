import type { FactoryEvent } from '../../core/events.ts';
import { formatSeconds } from '../../core/sizes.ts';

/** One line per event for logs and pipes; progress only when its text changes, at most every five seconds. Pure but for the closure. */
export function createPlainView(print: (line: string) => void): (event: FactoryEvent) => void {
  const started = Date.now();
  const lastProgress = new Map<string, number>();
  return (event) => {
    if (event.status === 'progress' && !isDue(event, lastProgress)) return;
    print(`[${clockText(event.at, started)}] ${describeEvent(event)}\n`);
  };
}

const quietMs = 5000;

function isDue(event: FactoryEvent, last: Map<string, number>): boolean {
  const now = Date.parse(event.at);
  const due = now - (last.get(event.phase) ?? 0) >= quietMs;
  if (due) last.set(event.phase, now);
  return due;
}

function clockText(at: string, started: number): string {
  return formatSeconds(Math.max(0, Date.parse(at) - started) / 1000).padStart(7);
}

export function describeEvent(event: FactoryEvent): string {
  const where = `${event.subject}: ${event.phase}`;
  const took = event.seconds === undefined ? '' : ` (${formatSeconds(event.seconds)})`;
  switch (event.status) {
    case 'start':
      return `${where} …`;
    case 'progress':
      return `${where}: ${event.detail ?? ''}`;
    case 'done':
      return `${where} done${event.cached === true ? ', from the cache' : ''}${took}`;
    case 'skip':
      return `${where} skipped: ${event.detail ?? ''}`;
    case 'warn':
      return `${where}: warning: ${event.detail ?? ''}`;
    case 'fail':
      return `${where} FAILED${took}`;
  }
}
