// README's test command: sets up the pinned tools, then runs every tier. Ends with `N passed, N failed, N skipped`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

const root = resolve(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'hnf-test-all-'));
const total = { passed: 0, failed: 0, skipped: 0 };
const times: [string, number][] = [];

await step('tools', 'node', ['bin/hnf.js', 'tools', 'install']);
await step('programs', 'node', ['scripts/install-test-programs.ts']);
await step('check', 'npm', ['run', '--silent', 'check']);
await tests('unit');
await step('demo', 'npm', ['run', '--silent', 'demo']);
await tests('integration');
await tests('boot');

rmSync(scratch, { recursive: true, force: true });
console.log(times.map(([name, seconds]) => `${name.padEnd(12)} ${seconds.toFixed(0).padStart(5)} s`).join('\n'));
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** A step that is no test suite counts as one failure when it fails, and as nothing when it does not. */
async function step(
  name: string,
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<void> {
  console.log(`\n=== ${name}`);
  const started = performance.now();
  const { exitCode } = await execa(file, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    reject: false,
    env,
  });
  times.push([name, (performance.now() - started) / 1000]);
  if (exitCode === 0) return;
  total.failed += 1;
  console.log(`${name} failed (exit code ${exitCode ?? 'none'})`);
}

async function tests(project: string): Promise<void> {
  const tally = join(scratch, `${project}.json`);
  const before = total.failed;
  await step(`${project} tests`, 'vitest', ['run', '--project', project], {
    HNF_TALLY: tally,
    HNF_TIER: 'all',
    HNF_REQUIRE_TOOLS: '1',
  });
  if (!existsSync(tally)) {
    if (total.failed === before) total.failed += 1;
    return;
  }
  const counts = JSON.parse(readFileSync(tally, 'utf8')) as typeof total;
  total.passed += counts.passed;
  total.skipped += counts.skipped;
  total.failed = before + Math.max(counts.failed, total.failed - before);
}
