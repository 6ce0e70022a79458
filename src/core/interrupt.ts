import { FactoryError } from './errors.ts';

/** One Ctrl-C reaches us twice under npm or a launcher: the terminal signals the whole group and they pass it on. */
const sameStrokeMs = 1000;

/** Runs `use` with a signal that fires on the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. */
export async function withInterrupt<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt > sameStrokeMs) process.exit(130);
      return;
    }
    firstAt = performance.now();
    controller.abort(new FactoryError('interrupted', `stopped by ${name}`));
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  try {
    return await use(controller.signal);
  } finally {
    for (const name of names) process.off(name, onSignal);
  }
}

/** @throws FactoryError `interrupted` */
export function checkInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FactoryError('interrupted', 'interrupted', { cause: signal.reason });
}
