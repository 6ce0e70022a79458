import { describe, expect, it } from 'vitest';
import { FactoryError } from '../../../src/core/errors.ts';
import { type Watched, waitForEnd, waitForGuest } from '../../../src/lab/qemu/guest-wait.ts';
import { watchEnd } from '../../../src/lab/qemu/process-end.ts';

/** Fakes for time and guest: `script[n]` is what the guest has said at the n-th look, `endAt` the look at which QEMU has ended. */
function watch(
  script: readonly string[],
  options: { endAt?: number; error?: FactoryError; signal?: AbortSignal } = {},
) {
  let nowMs = 0;
  let looks = 0;
  let serialText = '';
  const watched: Watched = {
    output: {
      get serialText() {
        return serialText;
      },
      async read() {
        const added = script[looks] ?? '';
        serialText += added;
        looks += 1;
        if (looks === options.endAt) {
          watched.end.ended = true;
          if (options.error !== undefined) watched.end.error = options.error;
        }
        return added !== '';
      },
    },
    end: { ended: false },
    clock: {
      now: () => nowMs,
      async sleep(ms) {
        nowMs += ms;
      },
    },
    signal: options.signal,
    startedAt: 0,
  };
  return { watched, looks: () => looks, has: (text: string) => async () => serialText.includes(text) || undefined };
}

const waiting = { timeoutMs: 3000, what: 'say hello' };

describe('lab/qemu/guest-wait', () => {
  it('gives what the probe found, as soon as it does', async () => {
    const guest = watch(['a', '', 'hello']);
    expect(await waitForGuest(guest.watched, guest.has('hello'), waiting)).toBe(true);
    expect(guest.looks()).toBe(3);
  });

  it('gives up at the deadline with the last words', async () => {
    const guest = watch(['last words\n']);
    await expect(waitForGuest(guest.watched, guest.has('hello'), waiting)).rejects.toMatchObject({
      code: 'verify.failed',
      message: 'after 3 s the guest did not say hello',
      details: ['last words'],
    });
    const still = watch([]);
    await expect(waitForEnd(still.watched, { timeoutMs: 1000, what: 'power off' })).rejects.toMatchObject({
      message: 'after 1 s the guest did not power off',
      details: ['(the serial console is empty)'],
    });
  });

  it('hears what a guest said right before its end', async () => {
    const guest = watch(['', 'hello'], { endAt: 2 });
    expect(await waitForGuest(guest.watched, guest.has('hello'), waiting)).toBe(true);
    const late = watch(['', 'bye', ' hello'], { endAt: 2 });
    expect(await waitForGuest(late.watched, late.has('hello'), waiting)).toBe(true);
  });

  it('tells an early end from the deadline, and passes on what QEMU ended with', async () => {
    const guest = watch(['bye'], { endAt: 1 });
    await expect(waitForGuest(guest.watched, guest.has('hello'), waiting)).rejects.toThrow(
      'the guest powered off or restarted after 0 s and did not say hello',
    );
    const error = new FactoryError('exec.failed', 'QEMU said no');
    const broken = watch([], { endAt: 1, error });
    await expect(waitForGuest(broken.watched, broken.has('hello'), waiting)).rejects.toBe(error);
    await expect(waitForEnd(watch([], { endAt: 2, error }).watched, waiting)).rejects.toBe(error);
    await expect(waitForEnd(watch([], { endAt: 2 }).watched, waiting)).resolves.toBeUndefined();
  });

  it('does not wait for a guest that cannot go on', async () => {
    const panic = '[ 1.0] Kernel panic - not syncing: VFS: Unable to mount root fs';
    for (const wait of [
      (guest: ReturnType<typeof watch>) => waitForGuest(guest.watched, guest.has('hello'), waiting),
      (guest: ReturnType<typeof watch>) => waitForEnd(guest.watched, waiting),
    ]) {
      const guest = watch(['', panic]);
      await expect(wait(guest)).rejects.toThrow('the guest cannot say hello: the kernel could not mount');
      expect(guest.looks()).toBe(2);
    }
  });

  it('stops at an interrupt', async () => {
    const controller = new AbortController();
    controller.abort();
    const guest = watch(['a'], { signal: controller.signal });
    await expect(waitForGuest(guest.watched, guest.has('hello'), waiting)).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});

describe('lab/qemu/process-end', () => {
  it('notes how a process ended', async () => {
    const well = watchEnd({ done: Promise.resolve({} as never) });
    const error = new FactoryError('exec.timeout', 'too long');
    const badly = watchEnd({ done: Promise.reject(error) });
    const strangely = watchEnd({ done: Promise.reject(new Error('odd')) });
    expect([well.ended, badly.ended]).toEqual([false, false]);
    await new Promise((wake) => setImmediate(wake));
    expect(well).toEqual({ ended: true });
    expect(badly).toEqual({ ended: true, error });
    expect(strangely.error).toMatchObject({ code: 'exec.failed', message: 'odd' });
  });
});
