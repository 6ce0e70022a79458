import { describe, expect, it } from 'vitest';
import { createPlainView } from '../../../src/cli/view/plain-view.ts';
import type { FactoryEvent } from '../../../src/core/events.ts';

const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const event = { operation: 'image build', subject: 'lab', phase: 'node layer' } as const;

function show(events: readonly FactoryEvent[]): string[] {
  const lines: string[] = [];
  const view = createPlainView((line) => lines.push(line.replace(/^\[[^\]]*\] /, '')));
  for (const item of events) view(item);
  return lines;
}

describe('cli/view/plain-view', () => {
  it('prints a line per step', () => {
    const lines = show([
      { ...event, at: at(0), status: 'start' },
      { ...event, at: at(75), status: 'done', seconds: 75, cached: false },
      { ...event, at: at(76), phase: 'base layer', status: 'done', seconds: 0, cached: true },
      { ...event, at: at(77), phase: 'verify', status: 'fail', seconds: 3 },
    ]);
    expect(lines).toEqual([
      'lab: node layer …\n',
      'lab: node layer done (1m 15s)\n',
      'lab: base layer done, from the cache (0.0s)\n',
      'lab: verify FAILED (3.0s)\n',
    ]);
  });

  it('prints progress at most every five seconds', () => {
    const progress = [0, 1, 4, 6, 7].map((second) => ({
      ...event,
      at: at(second),
      status: 'progress' as const,
      detail: `boot: ${second}`,
    }));
    expect(show([...progress, { ...event, at: at(8), status: 'progress', detail: 'seal: 8' }])).toEqual([
      'lab: node layer: boot: 0\n',
      'lab: node layer: boot: 6\n',
      'lab: node layer: seal: 8\n',
    ]);
  });
});
