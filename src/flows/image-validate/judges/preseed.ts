import { findPreseed } from '../excerpts.ts';
import { inLanes } from '../lanes.ts';
import { createTask, findingAt } from '../task.ts';
import type { Finding, Judge } from '../types.ts';

/** `debconf-set-selections --checkonly`. */
export const preseed: Judge = {
  looksFor: "debconf reads the answers for Debian's installer",
  tools: ['debconf-set-selections'],
  plan(cell) {
    const found = findPreseed(cell);
    return found === undefined ? [] : [createTask({ judge: 'preseed', ...found })];
  },
  async run(tasks, bench) {
    const findings = new Map<string, Finding[]>();
    const program = bench.tools.get('debconf-set-selections')?.path ?? 'debconf-set-selections';
    await inLanes(tasks, bench.lanes, async (task) => {
      const options = { input: task.text, accept: [0, 1], timeoutMs: 60_000, signal: bench.signal };
      const { stdout, stderr } = await bench.exec.run(program, ['--checkonly'], options);
      const lines = `${stdout}${stderr}`.split('\n').filter((line) => /^(error|warning)/i.test(line));
      findings.set(
        task.key,
        lines.map((line) => findingAt(task, Number(/line (\d+)/.exec(line)?.[1] ?? 0), line)),
      );
      bench.onJudged();
    });
    return findings;
  },
};
