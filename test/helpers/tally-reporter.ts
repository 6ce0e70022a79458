import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Reason → names of the tests. */
  reasons: Record<string, string[]>;
}

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its default export
export default class TallyReporter implements Reporter {
  /** Says what was skipped and why, and leaves the figures for `npm run test:all` in HNF_TALLY. */
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: errors.length, skipped: 0, reasons: {} };
    for (const module of modules) countModule(module, tally);
    for (const [reason, names] of Object.entries(tally.reasons)) {
      process.stdout.write(`skipped ${names.length}: ${reason}\n${names.map((name) => `    ${name}\n`).join('')}`);
    }
    const file = process.env['HNF_TALLY'];
    if (file === undefined || file === '') return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(tally));
  }
}

function countModule(module: TestModule, tally: Tally): void {
  if (module.errors().length > 0) tally.failed += 1;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === 'passed') tally.passed += 1;
    else if (result.state === 'failed') tally.failed += 1;
    else {
      tally.skipped += 1;
      const reason = (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
      tally.reasons[reason] = [...(tally.reasons[reason] ?? []), test.fullName];
    }
  }
}
