import { availableParallelism } from 'node:os';
import { type Operation, startOperation } from '../../core/events.ts';
import { withTempDir } from '../../core/temp.ts';
import type { VspherePlugin } from '../../render/packer/vsphere-pins.ts';
import type { TemplateSet } from '../../render/template-set.ts';
import type { ToolsContext } from '../../tools/context.ts';
import { judgeNames } from './judge-names.ts';
import { type JudgeTools, provideJudgeTools } from './judge-tools.ts';
import { judges } from './judges/table.ts';
import { planValidation, tasksOf } from './plan.ts';
import { type CellRequest, renderCellOf } from './render-cells.ts';
import { buildReport } from './report.ts';
import { type Judgement, runJudge } from './run-judge.ts';
import type { Bench, CellPlan, JudgeName, RenderedCell, ValidationReport } from './types.ts';
import { VerdictCache } from './verdict-cache.ts';

export interface ValidationRequest extends JudgeOptions {
  cells: readonly CellRequest[];
  templates: TemplateSet;
  /** For vSphere's builders; undefined: HashiCorp's. */
  plugin: VspherePlugin | undefined;
}

export interface JudgeOptions {
  /** False asks everything again. */
  useCache: boolean;
  /** Judges to ask. */
  only: readonly JudgeName[];
  /** True gets tools that are missing. */
  install: boolean;
}

const operation = 'image validate';

/** Renders cells and asks every judge that applies; what was asked before of the same judge is not asked again. */
export function validateImages(request: ValidationRequest, context: ToolsContext): Operation<ValidationReport> {
  return startOperation(async (emit) => {
    const cells = request.cells.map((cell) => renderCellOf(cell, request.templates, request.plugin));
    return judgeCells(cells, request, { ...context, emit });
  });
}

/** The same of cells that are rendered already. @throws FactoryError `interrupted`. */
export async function judgeCells(
  cells: readonly RenderedCell[],
  { useCache, only, install }: JudgeOptions,
  context: ToolsContext,
): Promise<ValidationReport> {
  const startedAt = context.clock.now();
  const seconds = () => (context.clock.now() - startedAt) / 1000;
  const { emit } = context;
  const plans = planValidation(cells, only);
  const names = judgeNames.filter((name) => plans.some((plan) => plan.judges.some((judge) => judge.name === name)));
  emit({ operation, subject: `${cells.length} cells`, phase: 'tools', status: 'start' });
  const tools = await provideJudgeTools(
    names.flatMap((name) => judges[name].tools),
    install,
    context,
  );
  emit({ operation, subject: `${cells.length} cells`, phase: 'tools', status: 'done', seconds: seconds() });
  const cache = new VerdictCache(context.store.root);
  if (useCache) await cache.load();
  const judgements = await askAll(names, plans, { tools, cache, context });
  const taskCount = names.reduce((sum, name) => sum + tasksOf(plans, name).length, 0);
  return buildReport(plans, judgements, taskCount, seconds());
}

interface Court {
  tools: JudgeTools;
  cache: VerdictCache;
  context: ToolsContext;
}

/** One judge after the other, each with all cores; what passed is noted even when a later one is interrupted. */
function askAll(
  names: readonly JudgeName[],
  plans: readonly CellPlan[],
  court: Court,
): Promise<Map<JudgeName, Judgement>> {
  const { tools, cache, context } = court;
  return withTempDir('hnfv', async (tempFolder) => {
    const judgements = new Map<JudgeName, Judgement>();
    try {
      for (const name of names) {
        const bench: Bench = {
          exec: context.exec,
          signal: context.signal,
          tools: tools.found,
          pluginFolder: tools.pluginFolder,
          tempFolder,
          lanes: Math.max(2, availableParallelism()),
          onJudged: () => {},
        };
        judgements.set(name, await askOne(name, plans, bench, court));
      }
    } finally {
      await cache.save();
    }
    return judgements;
  });
}

async function askOne(name: JudgeName, plans: readonly CellPlan[], bench: Bench, court: Court): Promise<Judgement> {
  const { context, tools, cache } = court;
  const { emit } = context;
  const tasks = tasksOf(plans, name);
  const event = { operation, subject: name, phase: 'judge' } as const;
  const startedAt = context.clock.now();
  let judged = 0;
  const onJudged = () => {
    judged += 1;
    emit({ ...event, status: 'progress', detail: `asked: ${judged} of ${tasks.length}` });
  };
  emit({ ...event, status: 'start', detail: `${tasks.length}` });
  const judgement = await runJudge(name, tasks, tools, { ...bench, onJudged }, cache);
  const took = { seconds: (context.clock.now() - startedAt) / 1000, cached: judgement.asked === 0 };
  const failed = [...judgement.findings.values()].some((findings) => findings.length > 0);
  if (judgement.skipped !== undefined) emit({ ...event, status: 'skip', detail: judgement.skipped });
  else emit({ ...event, ...took, status: failed ? 'fail' : 'done' });
  return judgement;
}
