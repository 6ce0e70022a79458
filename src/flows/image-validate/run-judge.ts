import { FactoryError, messageOf } from '../../core/errors.ts';
import { canonicalJson, sha256 } from '../../core/hash.ts';
import type { JudgeTools } from './judge-tools.ts';
import { judges } from './judges/table.ts';
import { findingAt } from './task.ts';
import type { Bench, Finding, Judge, JudgeName, Task } from './types.ts';
import type { VerdictCache } from './verdict-cache.ts';

/** What a judge said of its tasks. */
export interface Judgement {
  /** Why it did not work; undefined: it did. */
  skipped: string | undefined;
  findings: ReadonlyMap<string, readonly Finding[]>;
  /** Tasks it was asked now; the others' answers were known. */
  asked: number;
}

/**
 * Asks a judge what is not known yet, and notes what passed. A judge that breaks down fails its tasks: nothing passes without an answer.
 * @throws FactoryError `interrupted`.
 */
export async function runJudge(
  name: JudgeName,
  tasks: readonly Task[],
  { missing, found }: JudgeTools,
  bench: Bench,
  cache: VerdictCache,
): Promise<Judgement> {
  const judge: Judge = judges[name];
  const lacking = judge.tools.find((tool) => missing.has(tool));
  if (lacking !== undefined) return { skipped: missing.get(lacking), findings: new Map(), asked: 0 };
  const versions = judge.tools.map((tool) => [tool, found.get(tool)?.version ?? '']);
  const noteOf = (task: Task) => sha256(canonicalJson([versions, task.key]));
  // Rules of ours cost nothing and change with every release.
  const open = judge.tools.length === 0 ? tasks : tasks.filter((task) => !cache.has(noteOf(task)));
  if (open.length === 0) return { skipped: undefined, findings: new Map(), asked: 0 };
  const findings = await askJudge(judge, open, bench);
  if (judge.tools.length > 0) {
    for (const task of open) if ((findings.get(task.key) ?? []).length === 0) cache.add(noteOf(task));
  }
  return { skipped: undefined, findings, asked: open.length };
}

async function askJudge(judge: Judge, tasks: readonly Task[], bench: Bench): ReturnType<Judge['run']> {
  try {
    return await judge.run(tasks, bench);
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'interrupted') throw error;
    const message = `the judge broke down: ${messageOf(error)}`;
    return new Map(tasks.map((task) => [task.key, [findingAt(task, null, message)]]));
  }
}
