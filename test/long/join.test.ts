import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildJoinImage } from '../boot/join-guest/image.ts';
import { runGuestinfoScenario, runNoCloudScenario } from '../boot/join-guest/scenarios.ts';
import { needPrograms, needTools } from '../helpers/need-tools.ts';

/** Guestinfo, and the scenarios of test/boot/join on the oldest and the newest systemd and cloud-init. */
describe('long/join', () => {
  const folder = mkdtempSync(join(tmpdir(), 'join-'));

  beforeEach(async (context) => {
    needPrograms(context, 'debugfs', 'sfdisk', 'openssl');
    await needTools(context, 'qemu-system-x86_64', 'qemu-img', 'packer', 'packer-plugin-qemu', 'mmdebstrap');
  });

  // cloud-init 20.4 has no data source for guestinfo yet.
  it('joins Debian 11 by a NoCloud seed', async () => {
    const { versions } = await runNoCloudScenario(await buildJoinImage('debian11-lab'), join(folder, '11'), 'short');
    expect(versions).toMatch(/^systemd 247[\s\S]*20\.4/);
  });

  it('joins by VMware guestinfo: tried again until it is done, then never more', async () => {
    const { versions } = await runGuestinfoScenario(
      await buildJoinImage('debian12-lab'),
      join(folder, 'short'),
      'short',
    );
    expect(versions).toMatch(/^systemd 252[\s\S]*22\.4/);
  });

  it('goes on in the next boot, and joins again as another instance', async () => {
    const image = await buildJoinImage('debian12-lab');
    await runGuestinfoScenario(image, join(folder, '12'), 'whole');
    await runNoCloudScenario(image, join(folder, '12'), 'whole');
  });

  it('joins Debian 13 by VMware guestinfo and by a NoCloud seed', async () => {
    const image = await buildJoinImage('debian13-lab');
    const { versions } = await runGuestinfoScenario(image, join(folder, '13'), 'short');
    expect(versions).toMatch(/^systemd 257[\s\S]*25\.1/);
    await runNoCloudScenario(image, join(folder, '13'), 'short');
  });
});
