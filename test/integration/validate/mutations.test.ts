import { beforeAll, describe, expect, it } from 'vitest';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import { judgeNames } from '../../../src/flows/image-validate/judge-names.ts';
import type { CellVerdict, JudgeName } from '../../../src/flows/image-validate/types.ts';
import { findCell } from '../../render/cells.ts';
import { cellWith, complaintsOf, judge, renderedCell } from './judge.ts';
import { cells, type Mistake } from './mistake.ts';
import { mistakes, specOf, withMistake } from './mistakes.ts';

function filesOf({ cell }: Mistake): readonly RenderedFile[] {
  return renderedCell(findCell(cell)).files;
}

/** All mistakes that a judge has to find, given to it at once: a program that reads many files is started once. */
async function judgeMistakes(name: JudgeName): Promise<Map<Mistake, CellVerdict>> {
  const mine = mistakes.filter(({ caughtBy }) => caughtBy.includes(name));
  const wrong = mine.map((mistake) => {
    return cellWith(specOf(mistake), withMistake(filesOf(mistake), mistake));
  });
  const verdicts = await judge(wrong, [name]);
  return new Map(mine.map((mistake, at) => [mistake, verdicts[at] as CellVerdict]));
}

describe('integration/validate/mutations', () => {
  const found = new Map<JudgeName, Map<Mistake, CellVerdict>>();

  beforeAll(async () => {
    const needed = judgeNames.filter((name) => mistakes.some(({ caughtBy }) => caughtBy.includes(name)));
    for (const name of needed) found.set(name, await judgeMistakes(name));
  });

  it('knows enough mistakes, and one at least for every judge', () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(40);
    const quiet = judgeNames.filter((name) => !found.has(name));
    expect(quiet).toEqual([]);
  });

  it('has nothing to say about the folders without a mistake', async () => {
    const verdicts = await judge(
      Object.values(cells).map((cell) => renderedCell(findCell(cell))),
      judgeNames,
      true,
    );
    expect(verdicts.flatMap(complaintsOf)).toEqual([]);
    // The one whose release is another than its template's.
    const el10 = mistakes.find(({ what }) => what.includes('EL10')) as Mistake;
    const [verdict] = await judge([cellWith(specOf(el10), filesOf(el10))], el10.caughtBy);
    expect(complaintsOf(verdict as CellVerdict).filter((line) => line.includes('auth'))).toEqual([]);
  });

  it.for(mistakes.map((mistake) => [`${mistake.cell} ${mistake.what}`, mistake] as const))('%s', ([, mistake]) => {
    const files = filesOf(mistake);
    const before = files.find(({ path }) => path === mistake.file)?.content ?? '';
    expect(mistake.change(before), 'the mistake changes nothing').not.toBe(before);
    const said = mistake.caughtBy.map((name) => {
      const verdict = found
        .get(name)
        ?.get(mistake)
        ?.judges.find((candidate) => candidate.name === name);
      expect([name, verdict?.status]).toEqual([name, 'fail']);
      return verdict?.findings.map(({ file, message }) => `${file}: ${message}`).join('\n') ?? '';
    });
    expect(said.join('\n')).toMatch(mistake.says);
    expect(said.join('\n')).not.toContain('the judge broke down');
  });
});
