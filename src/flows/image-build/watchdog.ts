import { FactoryError } from '../../core/errors.ts';
import { formatBytes, MiB } from '../../core/sizes.ts';
import { freeBytes } from '../../core/space.ts';
import type { PackerPhase } from '../../packer/phases.ts';

export interface WatchOptions {
  signal: AbortSignal;
  /** Where the build writes: its disk above all, on whose full file system QEMU would stop the guest for ever; its logs, temporary files. */
  folders: readonly string[];
  everyMs?: number;
  /** Looked at as often; what it throws ends the work. */
  check?: (() => Promise<void>) | undefined;
  minFreeBytes?: number;
}

/** What the watched work reports to. */
export interface Watch {
  signal: AbortSignal;
  enter(phase: PackerPhase): void;
}

const defaultMinFreeBytes = 128 * MiB;
/** Until Packer says its first word. */
const startingPacker: PackerPhase = { name: 'starting packer', limitMinutes: 10 };

/**
 * Runs `use` under a watchdog: a phase that takes too long, a disk that fills up or what `check` finds ends the work with a clear error.
 * @throws FactoryError `exec.timeout` or `space.low`, besides what `use` throws.
 */
export async function withWatchdog<T>(options: WatchOptions, use: (watch: Watch) => Promise<T>): Promise<T> {
  const own = new AbortController();
  let current = { phase: startingPacker, since: performance.now() };
  const timer = setInterval(() => look().catch((error: unknown) => own.abort(error)), options.everyMs ?? 2000);
  const watch: Watch = {
    signal: AbortSignal.any([options.signal, own.signal]),
    enter(phase) {
      current = { phase, since: performance.now() };
    },
  };
  try {
    return await use(watch);
  } catch (error) {
    if (own.signal.aborted && !options.signal.aborted) throw own.signal.reason;
    throw error;
  } finally {
    clearInterval(timer);
  }

  async function look(): Promise<void> {
    const least = options.minFreeBytes ?? defaultMinFreeBytes;
    for (const folder of options.folders) {
      const free = await freeBytes(folder);
      if (free < least) own.abort(spaceError(folder, free, least));
    }
    await options.check?.();
    const minutes = (performance.now() - current.since) / 60_000;
    if (minutes > current.phase.limitMinutes) own.abort(phaseError(current.phase));
  }
}

function spaceError(folder: string, free: number, least: number): FactoryError {
  const message = `stopped because '${folder}' is nearly full: ${formatBytes(free)} left, ${formatBytes(least)} are kept`;
  const hint = 'Free some space, or point HNF_CACHE_DIR, -o or TMPDIR, whichever it is, to a larger disk.';
  return new FactoryError('space.low', message, { hint });
}

function phaseError(phase: PackerPhase): FactoryError {
  const message = `'${phase.name}' took longer than ${phase.limitMinutes} minutes; the build was stopped`;
  return new FactoryError('exec.timeout', message, { hint: 'Look at the log for the last thing the guest did.' });
}
