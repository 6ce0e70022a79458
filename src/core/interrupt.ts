import { FactoryError } from './errors.ts';

/** Runs `use` with a signal that fires on the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. */
export async function withInterrupt<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received = 0;
  const onSignal = (name: NodeJS.Signals) => {
    received += 1;
    if (received > 1) process.exit(130);
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
