import { open } from 'node:fs/promises';
import { FactoryError } from '../../core/errors.ts';
import { KiB } from '../../core/sizes.ts';
import { findFatalFailure, lastLines } from '../../lab/verify/known-failures.ts';

const readBytes = 64 * KiB;
const shownLines = 15;

/** The last lines a guest printed on its serial port. Empty when there is no such file. */
export async function readSerialTail(path: string, count = shownLines): Promise<string[]> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return [];
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - readBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return lastLines(buffer.toString('utf8', 0, bytesRead), count);
  } finally {
    await handle.close();
  }
}

/** Linux says it every 21 s or so from the moment a processor's timer is lost; once may be a host that was busy. */
const lostTimer = /kthread timer wakeup didn't happen for \d+ jiffies/g;
const lostTimerTimes = 3;

/**
 * A guest whose timer is lost never comes up, and never says more than this. Seen under TCG on a host with ten times more to do than
 * processors. @throws FactoryError `guest.stalled`
 */
export async function checkClock(path: string): Promise<void> {
  const tail = (await readSerialTail(path, Number.POSITIVE_INFINITY)).join('\n');
  if ((tail.match(lostTimer)?.length ?? 0) < lostTimerTimes) return;
  const hint = 'This machine had too much to do when the guest set its timer: run the build again when it has less.';
  throw new FactoryError('guest.stalled', "the guest's timer stopped while it started", { hint });
}

/** What only an installer prints; a boot loader's words, which the keys of the build call up, are none of them. */
const installerWords = /installer|Prompt:|Kernel panic/;

/**
 * An installer that stopped leaves Packer waiting for SSH for an hour or two. Its last lines are looked at only, so that a question
 * it answered itself long ago does not count. @throws FactoryError `build.failed`
 */
export async function checkInstaller(path: string): Promise<void> {
  const tail = (await readSerialTail(path, 12)).join('\n');
  const failure = installerWords.test(tail) ? findFatalFailure(tail) : undefined;
  if (failure === undefined) return;
  throw new FactoryError('build.failed', failure.cause, { hint: failure.hint });
}
