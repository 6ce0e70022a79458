import { mkdtempSync } from 'node:fs';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256File } from '../../src/core/hash.ts';
import { checkOva } from '../../src/formats/check-ova.ts';
import { readStreamVmdk } from '../../src/formats/check-stream-vmdk.ts';
import { packOva } from '../../src/formats/pack-ova.ts';
import { createPagedReader } from '../../src/formats/paged-reader.ts';
import { sampleMachine, sampleTime } from './sample.ts';

const sector = 512;

/**
 * A disk of 100 grains as vCenter writes one: what the header says of the directory is "at the end", grains at once behind the
 * overhead, then grain tables, directory, footer and the end, each with its marker.
 */
function vcenterDisk(grains: readonly number[] = [0, 7, 99]): Buffer {
  const header = (directory: bigint) => {
    const block = Buffer.alloc(sector);
    block.write('KDMV', 0, 'latin1');
    block.writeUInt32LE(3, 4);
    block.writeUInt32LE(0x30001, 8);
    block.writeBigUInt64LE(BigInt(100 * 128), 12);
    block.writeBigUInt64LE(128n, 20);
    block.writeBigUInt64LE(1n, 28);
    block.writeBigUInt64LE(20n, 36);
    block.writeUInt32LE(512, 44);
    block.writeBigUInt64LE(directory, 56);
    block.writeBigUInt64LE(128n, 64);
    block.write('\0\n \r\n', 72, 'latin1');
    block.writeUInt16LE(1, 77);
    return block;
  };
  const marker = (type: number, sectors: number) => {
    const block = Buffer.alloc(sector);
    block.writeBigUInt64LE(BigInt(sectors), 0);
    block.writeUInt32LE(type, 12);
    return block;
  };
  const data = grains.map((grain) => {
    const packed = deflateSync(Buffer.alloc(65_536, `grain ${grain}`));
    const block = Buffer.alloc(Math.ceil((12 + packed.length) / sector) * sector);
    block.writeBigUInt64LE(BigInt(grain * 128), 0);
    block.writeUInt32LE(packed.length, 8);
    packed.copy(block, 12);
    return block;
  });
  const table = Buffer.alloc(4 * sector);
  const footer = [marker(3, 1), header(200n), marker(0, 0)];
  return Buffer.concat([
    header(0xffff_ffff_ffff_ffffn),
    Buffer.alloc(127 * sector),
    ...data,
    marker(1, 4),
    table,
    marker(2, 1),
    Buffer.alloc(sector),
    ...footer,
  ]);
}

async function reportOf(content: Buffer): Promise<[unknown, string[]]> {
  const path = join(mkdtempSync(join(tmpdir(), 'vmdk-')), 'disk.vmdk');
  await writeFile(path, content);
  const handle = await open(path);
  const findings: string[] = [];
  const report = await readStreamVmdk(createPagedReader(handle, 0, content.length), findings);
  await handle.close();
  return [report, findings];
}

describe('formats/check-stream-vmdk', () => {
  it('follows a disk of a vCenter to its end', async () => {
    const [report, findings] = await reportOf(vcenterDisk());
    expect(findings).toEqual([]);
    expect(report).toEqual({ capacityBytes: 100 * 65_536, grains: 3, populatedBytes: 3 * 65_536 });
  });

  it.for([
    ['cut in a grain', (disk: Buffer) => disk.subarray(0, 129 * sector), /without an end-of-stream marker/],
    ['cut before the end', (disk: Buffer) => disk.subarray(0, disk.length - sector), /without an end-of-stream marker/],
    ['something behind it', (disk: Buffer) => Buffer.concat([disk, Buffer.alloc(64_512)]), /64512 bytes stand behind/],
    ['another file', () => Buffer.alloc(2000, 'x'), /does not begin with KDMV/],
    ['no stream', (disk: Buffer) => withFlags(disk, 3), /not streamOptimized/],
    ['grains out of order', () => vcenterDisk([7, 0]), /a grain for sector 0 behind sector 896/],
    ['a grain beyond the disk', () => vcenterDisk([100]), /a grain for sector 12800/],
  ] as const)('finds a disk that is %s', async ([, change, words]) => {
    const [, findings] = await reportOf(change(vcenterDisk()));
    expect(findings.join('\n')).toMatch(words);
  });
});

function withFlags(disk: Buffer, flags: number): Buffer {
  const copy = Buffer.from(disk);
  copy.writeUInt32LE(flags, 8);
  return copy;
}

describe('formats/pack-ova', () => {
  async function pack(content: Buffer, change: { vmdkSha256?: string } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'pack-'));
    const vmdkPath = join(folder, 'exported-disk-0.vmdk');
    await writeFile(vmdkPath, content);
    const ovaPath = join(folder, 'image.ova');
    const vmdkSha256 = change.vmdkSha256 ?? (await sha256File(vmdkPath));
    const packed = await packOva({ machine: sampleMachine, vmdkPath, vmdkSha256, ovaPath, mtimeSeconds: sampleTime });
    return { ovaPath, packed };
  }

  it('puts the disk in as it is, behind our descriptor and manifest', async () => {
    const { ovaPath, packed } = await pack(vcenterDisk());
    const report = await checkOva(ovaPath, { vmdkBy: 'others' });
    expect(report.members.map(({ name }) => name)).toEqual([
      'debian12-lab.ovf',
      'debian12-lab.mf',
      'debian12-lab-disk1.vmdk',
    ]);
    expect(report.vmdk).toMatchObject({ grains: 3, capacityBytes: 100 * 65_536 });
    expect(packed).toEqual({ bytes: (await stat(ovaPath)).size, sha256: await sha256File(ovaPath) });
    const ova = await readFile(ovaPath);
    expect(ova.includes(vcenterDisk())).toBe(true);
    expect(ova.toString('latin1')).toContain('vmw:key="firmware"');
  });

  it('is the same for the same disk', async () => {
    expect((await pack(vcenterDisk())).packed).toEqual((await pack(vcenterDisk())).packed);
  });

  it('refuses a disk that is not what the manifest says, or that is damaged, and leaves nothing', async () => {
    await expect(pack(vcenterDisk(), { vmdkSha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'verify.failed',
      message: expect.stringContaining('the manifest says 0000'),
    });
    const cut = vcenterDisk().subarray(0, 140 * sector);
    await expect(pack(cut)).rejects.toMatchObject({ code: 'verify.failed' });
  });

  it('is not taken for one of ours by the stricter check', async () => {
    const { ovaPath } = await pack(vcenterDisk());
    await expect(checkOva(ovaPath)).rejects.toMatchObject({ code: 'verify.failed' });
  });
});
