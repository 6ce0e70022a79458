import type { Clock } from '../../core/clock.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { findFatalFailure } from '../verify/known-failures.ts';
import { guestError } from './guest-error.ts';
import type { GuestOutput } from './guest-output.ts';
import type { ProcessEnd } from './process-end.ts';

export interface Waiting {
  timeoutMs: number;
  /** What is waited for, as the end of the sentence "the guest did not …". */
  what: string;
}

/** What is looked at while waiting. */
export interface Watched {
  output: Pick<GuestOutput, 'read' | 'serialText'>;
  end: ProcessEnd;
  clock: Clock;
  signal: AbortSignal | undefined;
  /** When QEMU was started, by `clock`. */
  startedAt: number;
}

const pollMs = 150;

/**
 * Asks `probe` again and again until it gives something.
 * @throws FactoryError `verify.failed` with the last serial lines when the time is over, the guest ends first or cannot go on;
 *   `interrupted`; whatever QEMU ended with
 */
export async function waitForGuest<T>(
  watched: Watched,
  probe: () => Promise<T | undefined>,
  waiting: Waiting,
): Promise<T> {
  const deadline = watched.clock.now() + waiting.timeoutMs;
  for (;;) {
    // Asked before reading: what the guest wrote last is still seen by the probe.
    const { ended } = watched.end;
    const spoke = await watched.output.read();
    const value = await probe();
    if (value !== undefined) return value;
    if (ended) throw endedError(watched, waiting);
    if (spoke) checkFatal(watched, waiting);
    await pause(watched, deadline, waiting);
  }
}

/** Waits until QEMU ends by itself. @throws as waitForGuest */
export async function waitForEnd(watched: Watched, waiting: Waiting): Promise<void> {
  const deadline = watched.clock.now() + waiting.timeoutMs;
  while (!watched.end.ended) {
    if (await watched.output.read()) checkFatal(watched, waiting);
    await pause(watched, deadline, waiting);
  }
  await watched.output.read();
  if (watched.end.error !== undefined) throw watched.end.error;
}

async function pause({ output, clock, signal }: Watched, deadline: number, waiting: Waiting): Promise<void> {
  if (clock.now() >= deadline) {
    const late = `after ${Math.round(waiting.timeoutMs / 1000)} s the guest did not ${waiting.what}`;
    throw guestError(late, output.serialText);
  }
  checkInterrupted(signal);
  await clock.sleep(pollMs, signal);
}

function checkFatal({ output }: Watched, waiting: Waiting): void {
  const failure = findFatalFailure(output.serialText);
  if (failure !== undefined) throw guestError(`the guest cannot ${waiting.what}`, output.serialText, failure);
}

function endedError({ end, output, clock, startedAt }: Watched, waiting: Waiting): Error {
  if (end.error !== undefined) return end.error;
  const seconds = Math.round((clock.now() - startedAt) / 1000);
  return guestError(
    `the guest powered off or restarted after ${seconds} s and did not ${waiting.what}`,
    output.serialText,
  );
}
