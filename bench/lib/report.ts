import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One comparison, as `bench/results/<name>.json` holds it. */
export interface BenchResult {
  name: string;
  /** What `ours` and `theirs` are measured in, e.g. `s`. */
  unit: string;
  /** Medians. */
  ours: number;
  theirs: number;
  /** How many times better ours is: theirs / ours, median of the pairs. */
  ratio: number;
  /** The ratio aimed for, and the one below which the result counts as failed. */
  aim: number;
  least: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** A table with its columns lined up. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function verdictOf(result: BenchResult): 'reached' | 'enough' | 'failed' {
  if (result.ratio >= result.aim) return 'reached';
  return result.ratio >= result.least ? 'enough' : 'failed';
}

/** Writes `bench/results/<name>.json` and prints one line per result; a failed one makes the exit code 1. */
export async function reportResults(name: string, results: readonly BenchResult[]): Promise<void> {
  const folder = join(import.meta.dirname, '..', 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  for (const result of results) {
    const { ratio, aim, least } = result;
    console.log(`${result.name}: ratio ${ratio.toFixed(3)}, aim ${aim}, at least ${least}: ${verdictOf(result)}`);
    if (verdictOf(result) === 'failed') process.exitCode = 1;
  }
}
