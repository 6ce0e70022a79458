import { median } from './report.ts';

export interface Pairs {
  /** Seconds of each run. */
  ours: number[];
  theirs: number[];
  /** Median of theirs / ours, pair by pair: holds when the machine's speed drifts. */
  ratio: number;
}

/** Runs both ways in turn, changing which one goes first, `runs` times after one warm-up of each. */
export async function measurePairs(
  runs: number,
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
): Promise<Pairs> {
  const seconds = { ours: [] as number[], theirs: [] as number[] };
  await ours();
  await theirs();
  for (let run = 0; run < runs; run++) {
    const order = run % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const);
    for (const way of order) {
      const start = performance.now();
      await (way === 'ours' ? ours() : theirs());
      seconds[way].push((performance.now() - start) / 1000);
    }
  }
  return { ...seconds, ratio: median(seconds.theirs.map((value, run) => value / (seconds.ours[run] ?? Number.NaN))) };
}
