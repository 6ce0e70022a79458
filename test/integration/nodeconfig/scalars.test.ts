import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { needPrograms, needTools } from '../../helpers/need-tools.ts';
import { ssmWith } from '../../nodeconfig/cases/case.ts';
import { plainScalars } from '../../nodeconfig/plain-scalars.ts';
import { type NodeadmChecker, startNodeadm } from './nodeadm.ts';

/** The real nodeadm quotes an activation code it finds too short: that shows what it made of an unquoted scalar. */
describe('integration/nodeconfig/scalars', () => {
  let nodeadm: NodeadmChecker | undefined;

  beforeEach(async (test) => {
    needPrograms(test, 'dbus-daemon');
    const [path = ''] = await needTools(test, 'nodeadm');
    nodeadm ??= await startNodeadm(path);
  });

  afterAll(async () => {
    await nodeadm?.stop();
  });

  it('reads unquoted scalars as we say', async () => {
    const said: [string, string][] = [];
    for (const [written, read] of plainScalars) {
      if (read.length >= 20) continue;
      const judged = await nodeadm?.check(Buffer.from(ssmWith('"c0deC0deC0deC0deC0de"', written)));
      said.push([written, /format: (.*)\. Must be/s.exec(judged?.message ?? '')?.[1] ?? `? ${judged?.message}`]);
    }
    expect(said).toEqual(plainScalars.filter(([, read]) => read.length < 20));
  });
});
