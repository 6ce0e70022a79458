// Start-up of the bundled program: `hnf --help` against an empty Node program, side by side.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { measurePairs } from './lib/pairs.ts';
import { median, reportResults } from './lib/report.ts';

const root = resolve(import.meta.dirname, '..');
const runs = 21;

if (!existsSync(resolve(root, 'dist/main.js'))) await execa('npm', ['run', 'build'], { cwd: root });
const start = (...args: string[]) => execa(process.execPath, args, { stdout: 'ignore' });
const pairs = await measurePairs(
  runs,
  () => start(resolve(root, 'dist/main.js'), '--help'),
  () => start('-e', '0'),
);

const inMs = (seconds: readonly number[]) => Math.round(median(seconds) * 1000);
console.log(`hnf --help ${inMs(pairs.ours)} ms, node -e 0 ${inMs(pairs.theirs)} ms, median of ${runs} runs`);
// The ratio is theirs / ours: 1.5 times as long as an empty program is 0.667.
const result = {
  name: 'cli-start',
  unit: 's',
  ours: median(pairs.ours),
  theirs: median(pairs.theirs),
  ratio: pairs.ratio,
};
await reportResults('cli-start', [{ ...result, aim: 1 / 1.5, least: 1 / 2.5 }]);
