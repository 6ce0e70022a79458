import { stat } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';

const lookEveryMs = 500;
/** An editor writes a file in more than one step: what has not been still for so long is not read. */
const stillForMs = 300;

/**
 * Waits until one of the files is another than it was, and has come to rest. Looks instead of being told: that works on network file systems,
 * and for a file that is renamed into place.
 */
export async function waitForChange(
  paths: readonly string[],
  before: readonly string[],
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<readonly string[]> {
  for (;;) {
    await clock.sleep(lookEveryMs, signal);
    const now = await stampFiles(paths);
    if (now.every((stamp, at) => stamp === before[at])) continue;
    await clock.sleep(stillForMs, signal);
    const then = await stampFiles(paths);
    if (then.every((stamp, at) => stamp === now[at])) return then;
  }
}

/** What tells one state of a file from another. */
export function stampFiles(paths: readonly string[]): Promise<string[]> {
  return Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        () => 'none',
      ),
    ),
  );
}
