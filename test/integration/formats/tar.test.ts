import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { GiB } from '../../../src/core/sizes.ts';
import { renderTarHeader } from '../../../src/formats/tar.ts';
import { writeOva } from '../../../src/formats/write-ova.ts';
import { makeFolder, makeMixedDisk, sampleMachine, sampleTime } from '../../formats/sample.ts';
import { needPrograms } from '../../helpers/need-tools.ts';

const exec = createExec();

async function list(path: string): Promise<string[][]> {
  const { stdout, stderr } = await exec.run('tar', ['--utc', '-tvf', path], { timeoutMs: 30_000 });
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}

describe('integration/formats/tar', () => {
  beforeEach((test) => needPrograms(test, 'tar'));

  it('lists .ovf, .mf, .vmdk: plain files of 0/0, mode 0644, at the time given', async () => {
    const ovaPath = join(makeFolder(), 'sample.ova');
    const rawPath = await makeMixedDisk(40);
    const { vmdk } = await writeOva({ machine: sampleMachine, rawPath, ovaPath, mtimeSeconds: sampleTime });
    const rows = await list(ovaPath);
    expect(rows.map((row) => row[5])).toEqual(['debian12-lab.ovf', 'debian12-lab.mf', 'debian12-lab-disk1.vmdk']);
    expect(rows[2]).toEqual(['-rw-r--r--', '0/0', `${vmdk.bytes}`, '2023-11-14', '22:13', 'debian12-lab-disk1.vmdk']);
  });

  it('reads a member larger than ustar can say', async () => {
    const path = join(makeFolder(), 'large.tar');
    const sizeBytes = 9 * GiB + 512;
    await writeFile(path, renderTarHeader({ name: 'large.vmdk', sizeBytes, mtimeSeconds: sampleTime }));
    await truncate(path, 512 + sizeBytes + 1024);
    expect(await list(path)).toEqual([['-rw-r--r--', '0/0', `${sizeBytes}`, '2023-11-14', '22:13', 'large.vmdk']]);
  });
});
