import type { Judgement } from './run-judge.ts';
import type { CellPlan, CellVerdict, JudgeName, JudgeVerdict, ValidationReport } from './types.ts';

/** Puts the judges' answers back to the cells they came from. Pure. */
export function buildReport(
  plans: readonly CellPlan[],
  judgements: ReadonlyMap<JudgeName, Judgement>,
  taskCount: number,
  seconds: number,
): ValidationReport {
  const cells = plans.map(({ id, judges }): CellVerdict => {
    return {
      id,
      judges: judges.map(({ name, tasks }) =>
        verdictOf(
          name,
          tasks.map(({ key }) => key),
          judgements,
        ),
      ),
    };
  });
  const verdicts = cells.flatMap(({ judges }) => judges);
  const count = (status: JudgeVerdict['status']) => verdicts.filter((verdict) => verdict.status === status).length;
  const asked = [...judgements.values()].reduce((sum, judgement) => sum + judgement.asked, 0);
  return {
    cells,
    passed: count('pass'),
    failed: count('fail'),
    skipped: count('skip'),
    asked,
    known: taskCount - asked,
    seconds,
  };
}

function verdictOf(
  name: JudgeName,
  keys: readonly string[],
  judgements: ReadonlyMap<JudgeName, Judgement>,
): JudgeVerdict {
  const judgement = judgements.get(name);
  const skipped = judgement === undefined ? 'was not asked' : judgement.skipped;
  if (skipped !== undefined) return { name, status: 'skip', reason: skipped, findings: [] };
  const findings = keys.flatMap((key) => judgement?.findings.get(key) ?? []);
  if (findings.length === 0) return { name, status: 'pass', reason: '', findings };
  return {
    name,
    status: 'fail',
    reason: findings.length === 1 ? '1 finding' : `${findings.length} findings`,
    findings,
  };
}
