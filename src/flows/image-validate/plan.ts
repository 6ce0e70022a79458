import { judges } from './judges/table.ts';
import type { CellPlan, JudgeName, RenderedCell, Task } from './types.ts';

/** Every cell with the judges that apply to it. Pure. */
export function planValidation(cells: readonly RenderedCell[], names: readonly JudgeName[]): CellPlan[] {
  return cells.map((cell) => {
    const planned = names.map((name) => ({ name, tasks: judges[name].plan(cell) }));
    return { id: cell.id, judges: planned.filter(({ tasks }) => tasks.length > 0) };
  });
}

/** A judge's questions over all cells, each once. */
export function tasksOf(plans: readonly CellPlan[], name: JudgeName): Task[] {
  const tasks = plans.flatMap((plan) =>
    plan.judges.filter((judge) => judge.name === name).flatMap((judge) => judge.tasks),
  );
  return [...new Map(tasks.map((task) => [task.key, task])).values()];
}
