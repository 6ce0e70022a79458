import type { FactoryEvent } from '../../core/events.ts';
import { formatSeconds } from '../../core/sizes.ts';

/** One line per event for logs and pipes; of a step's progress one line every five seconds. */
export function createPlainView(print: (line: string) => void): (event: FactoryEvent) => void {
  const started = Date.now();
  const lastProgress = new Map<string, { at: number; step: string }>();
  return (event) => {
    if (event.status === 'progress' && !isDue(event, lastProgress)) return;
    print(`[${clockText(event.at, started)}] ${describeEvent(event)}\n`);
  };
}

const quietMs = 5000;

/** A new step of the phase is told at once, its further words seldom. */
function isDue(event: FactoryEvent, last: Map<string, { at: number; step: string }>): boolean {
  const at = Date.parse(event.at);
  const step = event.detail?.split(':')[0] ?? '';
  const before = last.get(event.phase);
  if (before !== undefined && before.step === step && at - before.at < quietMs) return false;
  last.set(event.phase, { at, step });
  return true;
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
