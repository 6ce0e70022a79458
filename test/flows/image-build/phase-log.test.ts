import { describe, expect, it } from 'vitest';
import { type FactoryEvent, startOperation } from '../../../src/core/events.ts';
import { PhaseLog } from '../../../src/flows/image-build/phase-log.ts';

async function collect(run: (log: PhaseLog) => Promise<void>): Promise<{ events: FactoryEvent[]; log: PhaseLog }> {
  let log: PhaseLog | undefined;
  const operation = startOperation(async (emit) => {
    log = new PhaseLog('lab', emit);
    await run(log);
  });
  const events: FactoryEvent[] = [];
  for await (const event of operation) events.push(event);
  if (log === undefined) throw new Error('the operation did not start');
  return { events, log };
}

describe('flows/image-build/phase-log', () => {
  it('tells start, progress and end, and keeps the times', async () => {
    const { events, log } = await collect(async (phases) => {
      await phases.run('base layer', async (handle) => handle.progress('half-way'));
      await phases.run('node layer', async (handle) => handle.cached());
    });
    expect(events.map((event) => [event.phase, event.status, event.detail ?? event.cached ?? null])).toEqual([
      ['base layer', 'start', null],
      ['base layer', 'progress', 'half-way'],
      ['base layer', 'done', false],
      ['node layer', 'start', null],
      ['node layer', 'done', true],
    ]);
    expect(log.times.map((time) => [time.name, time.cached])).toEqual([
      ['base layer', false],
      ['node layer', true],
    ]);
  });

  it('tells a failure and passes the error on', async () => {
    const failing = collect((phases) =>
      phases.run('verify', async () => {
        throw new Error('no');
      }),
    );
    const { events } = await failing;
    expect(events.at(-1)).toMatchObject({ phase: 'verify', status: 'fail' });
  });
});
