import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDiskSource } from '../../../src/lab/qemu/disk-source.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hnf-disk-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function member(name: string, size: number, content = new Uint8Array(size)): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('ustar\0', 257);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

function withSignature(bytes: number): Buffer {
  const disk = Buffer.alloc(bytes);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

describe('lab/qemu/disk-source', () => {
  it('tells disks apart by their content, not by their name', async () => {
    const head = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(2000)]);
    const qcow2 = await write('a.raw', head('QFI\xfb'));
    expect(await findDiskSource(qcow2)).toEqual({ file: qcow2, format: 'qcow2', artifact: 'qcow2' });
    const vmdk = await write('b.ova', head('KDMV'));
    expect(await findDiskSource(vmdk)).toEqual({ file: vmdk, format: 'vmdk', artifact: 'vmdk' });
    const raw = await write('c.qcow2', withSignature(4096));
    expect(await findDiskSource(raw)).toEqual({ file: raw, format: 'raw', artifact: 'raw' });
  });

  it('opens the VMDK inside an OVA in place', async () => {
    const ova = await write(
      'odd "name", x.ova',
      Buffer.concat([member('a.ovf', 700), member('a.mf', 90), member('a-disk1.vmdk', 1024)]),
    );
    const found = await findDiskSource(ova);
    expect(found).toMatchObject({ artifact: 'ova', format: 'vmdk' });
    expect(JSON.parse(found.file.replace(/^json:/, ''))).toEqual({
      driver: 'vmdk',
      file: {
        driver: 'raw',
        offset: 512 + 1024 + 512 + 512 + 512,
        size: 1024,
        file: { driver: 'file', filename: ova },
      },
    });
  });

  it.each([
    ['a tar without a VMDK', Buffer.concat([member('a.ovf', 700), Buffer.alloc(1024)]), 'without a .vmdk'],
    ['a cut-off OVA', Buffer.concat([member('a.ovf', 0), member('a.vmdk', 1_000_000, new Uint8Array(512))]), 'cut off'],
    [
      'a damaged tar',
      Buffer.concat([member('a.ovf', 0).fill('x', 124, 136), Buffer.alloc(1024)]),
      'damaged tar header',
    ],
    ['a text', Buffer.from('hello'), 'is not a disk'],
    ['an empty file', Buffer.alloc(0), 'is not a disk'],
    ['zeroes', Buffer.alloc(100_000), 'is not a disk'],
  ])('refuses %s', async (_, content, message) => {
    await expect(findDiskSource(await write('x', content))).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining(message),
    });
  });

  it('says what is missing', async () => {
    await expect(findDiskSource(join(folder, 'none'))).rejects.toMatchObject({ code: 'input.not-found' });
    await expect(findDiskSource(folder)).rejects.toMatchObject({ code: 'input.invalid' });
  });
});
