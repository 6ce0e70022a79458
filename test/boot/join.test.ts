import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needPrograms, needTime, needTools } from '../helpers/need-tools.ts';
import { buildJoinImage } from './join-guest/image.ts';
import { runNoCloudScenario } from './join-guest/scenarios.ts';

/** There is no cluster here: the way to it is real, nodeadm init and kubelet at its end are stand-ins (join-guest/stand-ins.sh). */
describe('boot/join', () => {
  let image = '';
  const folder = mkdtempSync(join(tmpdir(), 'join-'));

  beforeEach(async (context) => {
    needTime(context);
    needPrograms(context, 'debugfs', 'sfdisk', 'openssl');
    await needTools(context, 'qemu-system-x86_64', 'qemu-img', 'packer', 'packer-plugin-qemu', 'mmdebstrap');
  });

  beforeAll(async () => {
    if (process.env['HNF_TIER'] === 'all') image = await buildJoinImage('debian12-lab');
  });

  it('joins by a NoCloud seed: a wrong NodeConfig is told and retried, and the next boot does nothing', async () => {
    const { versions } = await runNoCloudScenario(image, folder, 'short');
    expect(versions).toMatch(/^systemd 252/);
  });
});
