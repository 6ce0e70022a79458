import { setTimeout as delay } from 'node:timers/promises';

interface Patience {
  timeoutMs: number;
  everyMs?: number;
  /** What was still not so when patience ran out. */
  what: () => string;
}

/** Polls until `probe` gives a value; fails with `what` when it takes too long. */
export async function waitFor<T>(probe: () => T | undefined | Promise<T | undefined>, patience: Patience): Promise<T> {
  const deadline = Date.now() + patience.timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`gave up after ${patience.timeoutMs / 1000} s: ${patience.what()}`);
    await delay(patience.everyMs ?? 50);
  }
}

export async function waitUntil(isSo: () => boolean | Promise<boolean>, patience: Patience): Promise<void> {
  await waitFor(async () => (await isSo()) || undefined, patience);
}
