import { describe, expect, it } from 'vitest';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import { judgeNames } from '../../../src/flows/image-validate/judge-names.ts';
import type { CellVerdict, JudgeName } from '../../../src/flows/image-validate/types.ts';
import { findCell } from '../../render/cells.ts';
import { cellWith, complaintsOf, judge, needJudges, renderedCell } from './judge.ts';
import { cells, type Mistake } from './mistake.ts';
import { mistakes, specOf, withMistake } from './mistakes.ts';

function filesOf({ cell }: Mistake): readonly RenderedFile[] {
  return renderedCell(findCell(cell)).files;
}

type Verdicts = ReadonlyMap<Mistake, CellVerdict>;
const judged = new Map<JudgeName, Promise<Verdicts>>();

/** All mistakes that a judge has to find, given to it at once: a program that reads many files is started once. */
function verdictsBy(name: JudgeName): Promise<Verdicts> {
  const known = judged.get(name) ?? judgeMistakes(name);
  judged.set(name, known);
  return known;
}

async function judgeMistakes(name: JudgeName): Promise<Verdicts> {
  const mine = mistakes.filter(({ caughtBy }) => caughtBy.includes(name));
  const wrong = mine.map((mistake) => cellWith(specOf(mistake), withMistake(filesOf(mistake), mistake)));
  const verdicts = await judge(wrong, [name]);
  return new Map(mine.map((mistake, at) => [mistake, verdicts[at] as CellVerdict]));
}

describe('integration/validate/mutations', () => {
  it('knows enough mistakes, and one at least for every judge', () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(40);
    const quiet = judgeNames.filter((name) => !mistakes.some(({ caughtBy }) => caughtBy.includes(name)));
    expect(quiet).toEqual([]);
  });

  it('has nothing to say about the folders without a mistake', async (context) => {
    await needJudges(context);
    const right = Object.values(cells).map((cell) => renderedCell(findCell(cell)));
    expect((await judge(right, judgeNames, true)).flatMap(complaintsOf)).toEqual([]);
    // The one that is judged for another release than its template's has other faults, and not this one.
    const el10 = mistakes.find(({ what }) => what.includes('EL10')) as Mistake;
    const [verdict] = await judge([cellWith(specOf(el10), filesOf(el10))], el10.caughtBy);
    expect(complaintsOf(verdict as CellVerdict).filter((line) => line.includes('auth'))).toEqual([]);
  });

  it.for(mistakes.map((mistake) => [`${mistake.cell} ${mistake.what}`, mistake] as const))(
    '%s',
    async ([, mistake], context) => {
      await needJudges(context);
      const before = filesOf(mistake).find(({ path }) => path === mistake.file)?.content ?? '';
      expect(mistake.change(before), 'the mistake changes nothing').not.toBe(before);
      const said: string[] = [];
      for (const name of mistake.caughtBy) {
        const verdict = (await verdictsBy(name)).get(mistake)?.judges.find((candidate) => candidate.name === name);
        expect([name, verdict?.status]).toEqual([name, 'fail']);
        said.push(...(verdict?.findings ?? []).map(({ file, message }) => `${file}: ${message}`));
      }
      expect(said.join('\n')).toMatch(mistake.says);
      expect(said.join('\n')).not.toContain('the judge broke down');
    },
  );
});
