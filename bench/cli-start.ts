// Start-up of the bundled program as installed: `hnf --help` against an empty Node program, side by side.
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { withTempDir } from '../src/core/temp.ts';
import { measurePairs } from './lib/pairs.ts';
import { type BenchResult, median, reportResults } from './lib/report.ts';

const root = resolve(import.meta.dirname, '..');
const runs = 21;

if (!existsSync(resolve(root, 'dist/main.js'))) await execa('npm', ['run', 'build'], { cwd: root });
await withTempDir('hnf-bench', async (folder) => {
  // Without the sources, which bin/hnf.js prefers.
  for (const name of ['bin', 'dist', 'package.json'])
    await cp(join(root, name), join(folder, name), { recursive: true });
  const results = [await measureStart('cli-start', join(folder, 'dist/main.js'))];
  results.push(await measureStart('cli-start-bin', join(folder, 'bin/hnf.js')));
  await reportResults('cli-start', results);
});

async function measureStart(name: string, program: string): Promise<BenchResult> {
  const start = (...args: string[]) => execa(process.execPath, args, { stdout: 'ignore' });
  const pairs = await measurePairs(
    runs,
    () => start(program, '--help'),
    () => start('-e', '0'),
  );
  const inMs = (seconds: readonly number[]) => Math.round(median(seconds) * 1000);
  console.log(`${name}: hnf ${inMs(pairs.ours)} ms, node -e 0 ${inMs(pairs.theirs)} ms, median of ${runs} runs`);
  // The ratio is theirs / ours: 1.5 times as long as an empty program is 0.667.
  const measured = { ours: median(pairs.ours), theirs: median(pairs.theirs), ratio: pairs.ratio };
  return { name, unit: 's', ...measured, aim: 1 / 1.5, least: 1 / 2.5 };
}
