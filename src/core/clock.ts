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
