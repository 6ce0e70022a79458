import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inspectDisk } from '../../src/formats/inspect-disk.ts';
import { renderTarHeader } from '../../src/formats/tar.ts';
import { writeOva } from '../../src/formats/write-ova.ts';
import { makeDisk, makeFolder, makeMixedDisk, sampleMachine, sampleTime } from './sample.ts';

async function inspect(content: Buffer | string) {
  const path = join(makeFolder(), 'some.file');
  await writeFile(path, content);
  return inspectDisk(path);
}

/** A qcow2 header of version 3 as QEMU's documentation lays it out. */
function qcow2(backing = ''): Buffer {
  const header = Buffer.alloc(1024);
  header.write('QFI\xfb', 0, 'latin1');
  header.writeUInt32BE(3, 4);
  header.writeBigUInt64BE(backing === '' ? 0n : 512n, 8);
  header.writeUInt32BE(backing.length, 16);
  header.writeUInt32BE(16, 20);
  header.writeBigUInt64BE(4294967296n, 24);
  header.write(backing, 512);
  return header;
}

describe('formats/inspect-disk', () => {
  it('recognises qcow2 with and without a backing file', async () => {
    const plain = {
      format: 'qcow2',
      version: 3,
      clusterBytes: 65536,
      virtualBytes: 4294967296,
      backingFile: undefined,
    };
    expect(await inspect(qcow2())).toMatchObject(plain);
    expect(await inspect(qcow2('/base.qcow2'))).toMatchObject({ backingFile: '/base.qcow2' });
  });

  it('recognises a raw disk and its partition table', async () => {
    const sector = (at: number, text: string) => ({ startBytes: at, content: Buffer.from(text, 'latin1') });
    const mbr = await makeDisk(4096, [sector(510, '\x55\xaa')]);
    const gpt = await makeDisk(4096, [sector(510, '\x55\xaa'), sector(512, 'EFI PART')]);
    expect(await inspectDisk(mbr)).toEqual({ format: 'raw', fileBytes: 4096, virtualBytes: 4096, partitions: 'mbr' });
    expect(await inspectDisk(gpt)).toMatchObject({ partitions: 'gpt' });
    expect(await inspectDisk(await makeDisk(4096, []))).toMatchObject({ partitions: 'none' });
  });

  it('recognises an OVA and the VMDK in it', async () => {
    const ovaPath = join(makeFolder(), 'sample.ova');
    const rawPath = await makeMixedDisk(4);
    const { vmdk } = await writeOva({ machine: sampleMachine, rawPath, ovaPath, mtimeSeconds: sampleTime, workers: 1 });
    const info = await inspectDisk(ovaPath);
    expect(info).toMatchObject({ format: 'ova', createType: 'streamOptimized', virtualBytes: 5 * 65536 });
    expect(info.format === 'ova' && info.vmdk).toMatchObject({ offsetBytes: vmdk.offset, sizeBytes: vmdk.bytes });
  });

  it('recognises a VMDK whose data is in another file', async () => {
    const text = '# Disk DescriptorFile\nversion=1\ncreateType="monolithicFlat"\nRW 2048 FLAT "a-flat.vmdk" 0\n';
    expect(await inspect(text)).toMatchObject({ format: 'vmdk', createType: 'monolithicFlat', virtualBytes: 1048576 });
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['gzip data', gzipSync('x')],
    ['a text file, perhaps an error page', Buffer.from('<!DOCTYPE html>\n'.repeat(64))],
    ['100 bytes of no known format', Buffer.alloc(100)],
    ['an ISO 9660 image', Buffer.concat([Buffer.alloc(32769), Buffer.from('CD001'), Buffer.alloc(512)])],
  ])('refuses what is %s', async (what, content) => {
    await expect(inspect(content)).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining(what),
    });
  });

  it('refuses every disk that is cut short in its header, with the ordinary error', async () => {
    const vmdk = Buffer.from('KDMV\x03'.padEnd(511, '\0'), 'latin1');
    for (const bytes of [4, 5, 8, 12, 20, 31, 32, 71]) {
      const failed = inspect(qcow2().subarray(0, bytes));
      await expect(failed).rejects.toMatchObject({ code: 'input.invalid' });
      await expect(failed).rejects.toThrow('is the beginning of a qcow2 disk, cut short');
      await expect(inspect(vmdk.subarray(0, bytes))).rejects.toMatchObject({ code: 'input.invalid' });
    }
    expect(await inspect(qcow2().subarray(0, 72))).toMatchObject({ format: 'qcow2' });
  });

  it('refuses a tar whose headers are damaged', async () => {
    const header = renderTarHeader({ name: 'a.ovf', sizeBytes: 0, mtimeSeconds: 0 });
    header.writeUInt8(header.readUInt8(130) ^ 1, 130);
    await expect(inspect(header)).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining('a damaged tar archive'),
    });
  });

  it('refuses a folder and a missing file', async () => {
    const folder = join(makeFolder(), 'sub');
    await mkdir(folder);
    await expect(inspectDisk(folder)).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(inspectDisk(join(folder, 'none'))).rejects.toMatchObject({ code: 'input.not-found' });
  });
});
