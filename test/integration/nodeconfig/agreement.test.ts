import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needPrograms, needTools } from '../../helpers/need-tools.ts';
import { allCases } from '../../nodeconfig/cases/all.ts';
import { makePki } from '../../nodeconfig/cases/pki.ts';
import { checkCase, codesOf, textOf } from '../../nodeconfig/cases/run-case.ts';
import { type NodeadmChecker, startNodeadm } from './nodeadm.ts';

/** Our checker and the real `nodeadm config check` 1.0.19 on the same files. */
describe('integration/nodeconfig/agreement', () => {
  let pki = '';
  let nodeadm: NodeadmChecker | undefined;

  beforeAll(() => {
    pki = makePki();
  });

  beforeEach(async (test) => {
    needPrograms(test, 'dbus-daemon');
    const [path = ''] = await needTools(test, 'nodeadm');
    nodeadm ??= await startNodeadm(path);
  });

  afterAll(async () => {
    await nodeadm?.stop();
  });

  it.each(allCases.map((item) => [item.name, item] as const))('%s', async (_name, item) => {
    const judged = await nodeadm?.check(textOf(item, pki));
    expect(judged?.accepts, judged?.message).toBe(item.nodeadm === 'accepts');
    const ours = codesOf(checkCase(item, pki), 'error').length === 0;
    if (item.stricter === undefined) expect(ours).toBe(judged?.accepts);
    else expect({ ours, nodeadm: judged?.accepts }).toEqual({ ours: false, nodeadm: true });
  });
});
