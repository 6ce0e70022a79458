import type { TestContext } from 'vitest';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import { judgeNames } from '../../../src/flows/image-validate/judge-names.ts';
import { judges } from '../../../src/flows/image-validate/judges/table.ts';
import { describeCell, renderCellOf } from '../../../src/flows/image-validate/render-cells.ts';
import type { CellVerdict, JudgeName, RenderedCell } from '../../../src/flows/image-validate/types.ts';
import { judgeCells } from '../../../src/flows/image-validate/validate-images.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { needTools, realTools } from '../../helpers/need-tools.ts';

export const templates = loadTemplates(packageRoot());

/** Skips the test where a judge's tool is missing. */
export async function needJudges(context: TestContext): Promise<void> {
  await needTools(context, ...new Set(judgeNames.flatMap((name) => judges[name].tools)));
}

export function renderedCell(spec: ImageSpec): RenderedCell {
  return renderCellOf({ spec, formats: [spec.builder === 'qemu' ? 'qcow2' : 'vsphere'] }, templates, undefined);
}

/** A cell as if somebody had written its folder by hand. */
export function cellWith(spec: ImageSpec, files: readonly RenderedFile[]): RenderedCell {
  return describeCell(spec, files, templates);
}

/** Verdicts by the real judges, in the order of the cells; nothing is taken from the cache unless asked for. */
export async function judge(
  cells: readonly RenderedCell[],
  only: readonly JudgeName[] = judgeNames,
  useCache = false,
): Promise<readonly CellVerdict[]> {
  return (await judgeCells(cells, { useCache, only, install: false }, realTools())).cells;
}

/** What is not as it should be, one line each. */
export function complaintsOf({ id, judges: verdicts }: CellVerdict): string[] {
  return verdicts.flatMap(({ name, status, reason, findings }) =>
    status === 'pass'
      ? []
      : [
          `${id} ${name} ${status}: ${reason}`,
          ...findings.map(({ file, line, message }) => `  ${file}:${line}: ${message}`),
        ],
  );
}
