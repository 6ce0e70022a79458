import { setTimeout as delay } from 'node:timers/promises';
import { FactoryError } from './errors.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @throws FactoryError `interrupted` when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (cause) {
      throw new FactoryError('interrupted', 'interrupted while waiting', { cause });
    }
  },
};

/** Polls until `probe` gives a value. @throws FactoryError `exec.timeout` with the last word of `pending`. */
export async function waitFor<T>(
  probe: () => Promise<T | undefined>,
  options: {
    clock: Clock;
    timeoutMs: number;
    everyMs: number;
    pending: () => string;
    signal?: AbortSignal | undefined;
  },
): Promise<T> {
  const deadline = options.clock.now() + options.timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (options.clock.now() >= deadline) {
      throw new FactoryError('exec.timeout', `gave up after ${options.timeoutMs / 1000} s: ${options.pending()}`);
    }
    await options.clock.sleep(options.everyMs, options.signal);
  }
}
