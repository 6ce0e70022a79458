import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { readDataExtents } from '../../../src/formats/data-extents.ts';
import { inspectDisk } from '../../../src/formats/inspect-disk.ts';
import { qemuMemberFilename } from '../../../src/formats/qemu-member.ts';
import { grainBytes } from '../../../src/formats/vmdk-geometry.ts';
import { writeOva } from '../../../src/formats/write-ova.ts';
import { makeDisk, makeFolder, makeMixedDisk, noise, sampleMachine, sampleTime } from '../../formats/sample.ts';
import { needTools } from '../../helpers/need-tools.ts';

const exec = createExec();
const timeoutMs = 60_000;

/** QEMU reads our VMDK where it lies in the OVA, and agrees with the raw disk it came from. */
describe('integration/formats/qemu-img', () => {
  let program = '';

  beforeEach(async (test) => {
    [program = ''] = await needTools(test, 'qemu-img');
  });

  const qemuImg = (args: readonly string[]) => exec.run(program, args, { timeoutMs });

  async function writeSample(rawPath: string): Promise<string> {
    const ovaPath = join(makeFolder(), 'sample.ova');
    const extents = await readDataExtents({ exec, qemuImg: program, rawPath });
    const { vmdk } = await writeOva({ machine: sampleMachine, rawPath, ovaPath, extents, mtimeSeconds: sampleTime });
    return qemuMemberFilename(ovaPath, vmdk.offset, vmdk.bytes);
  }

  it.each([
    ['text, noise and zeros', () => makeMixedDisk(300)],
    ['holes and more than one grain table', () => makeHoledDisk()],
    ['zeros alone', () => makeDisk(5 * grainBytes, [])],
  ])('finds the content equal: %s', async (_, make) => {
    const rawPath = await make();
    const vmdk = await writeSample(rawPath);
    const result = await qemuImg(['compare', '-f', 'raw', '-F', 'vmdk', rawPath, vmdk]);
    expect(result.stdout).toContain('Images are identical.');
    expect((await qemuImg(['check', '-f', 'vmdk', vmdk])).stdout).toContain('No errors were found on the image.');
  });

  it('sees a changed disk as different', async () => {
    const vmdk = await writeSample(await makeMixedDisk(30));
    const other = await makeDisk(30.5 * grainBytes, [{ startBytes: 7, content: Buffer.from('x') }]);
    const result = await qemuImg(['compare', '-f', 'raw', '-F', 'vmdk', other, vmdk]).catch((error) => error);
    expect(result).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('Content mismatch') });
  });

  it('tells format, size and type as we do', async () => {
    const vmdk = await writeSample(await makeHoledDisk());
    const info = JSON.parse((await qemuImg(['info', '--output=json', vmdk])).stdout);
    expect(info).toMatchObject({ format: 'vmdk', 'virtual-size': 1200 * grainBytes });
    expect(info['format-specific'].data).toMatchObject({ 'create-type': 'streamOptimized', 'parent-cid': 4294967295 });
  });

  it.each([
    ['qcow2', { format: 'qcow2', version: 3 }],
    ['vmdk', { format: 'vmdk', createType: 'monolithicSparse' }],
    ['raw', { format: 'raw' }],
  ])('makes a %s that is recognised', async (format, expected) => {
    const path = join(makeFolder(), 'disk');
    await qemuImg(['create', '-q', '-f', format, path, '10M']);
    expect(await inspectDisk(path)).toMatchObject({ ...expected, virtualBytes: 10485760 });
  });

  it('says which parts of a sparse disk hold data', async () => {
    const rawPath = await makeHoledDisk();
    const extents = await readDataExtents({ exec, qemuImg: program, rawPath });
    const data = extents.reduce((sum, extent) => sum + extent.lengthBytes, 0);
    expect(data).toBeGreaterThanOrEqual(2 * grainBytes);
    expect(data).toBeLessThan(100 * grainBytes);
  });
});

function makeHoledDisk(): Promise<string> {
  return makeDisk(1200 * grainBytes, [
    { startBytes: 3 * grainBytes, content: noise(grainBytes, 1) },
    { startBytes: 1100 * grainBytes + 4096, content: noise(grainBytes, 2) },
  ]);
}
