import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paddedBytes, renderTarHeader } from '../../../src/formats/tar.ts';
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

/** A member of a tar; with `sizeBytes` larger than its content, one that is cut off. */
function member(name: string, content: Uint8Array, sizeBytes = content.length): Buffer {
  const padding = Buffer.alloc(paddedBytes(content.length) - content.length);
  return Buffer.concat([renderTarHeader({ name, sizeBytes, mtimeSeconds: 0 }), content, padding]);
}

function head(text: string, bytes = 2048): Buffer {
  const content = Buffer.alloc(bytes);
  content.write(text, 'latin1');
  return content;
}

const ovf = member('a.ovf', head('<Envelope/>', 700));
const vmdk = head('KDMV', 1024);

describe('lab/qemu/disk-source', () => {
  it('tells disks apart by their content, not by their name', async () => {
    const qcow2 = await write('a.raw', head('QFI\xfb'));
    expect(await findDiskSource(qcow2)).toEqual({ file: qcow2, format: 'qcow2', artifact: 'qcow2' });
    const disk = await write('b.ova', vmdk);
    expect(await findDiskSource(disk)).toEqual({ file: disk, format: 'vmdk', artifact: 'vmdk' });
    const bootable = Buffer.alloc(4096);
    bootable.writeUInt16LE(0xaa55, 510);
    const raw = await write('c.qcow2', bootable);
    expect(await findDiskSource(raw)).toEqual({ file: raw, format: 'raw', artifact: 'raw' });
  });

  it('opens the VMDK inside an OVA in place', async () => {
    const manifest = member('a.mf', head('', 90));
    const ova = await write('odd "name", x.ova', Buffer.concat([ovf, manifest, member('a-disk1.vmdk', vmdk)]));
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
    ['a tar without a VMDK', Buffer.concat([ovf, Buffer.alloc(1024)]), 'without an .ovf and a .vmdk'],
    ['a cut-off OVA', Buffer.concat([ovf, member('a.vmdk', vmdk, 1_000_000)]), "cut off: it ends inside 'a.vmdk'"],
    ['an OVA with something else for a disk', Buffer.concat([ovf, member('a.vmdk', head('x'))]), 'is no VMDK'],
    ['a damaged tar', Buffer.concat([Buffer.from(ovf).fill('x', 124, 136), Buffer.alloc(1024)]), 'a damaged tar'],
    ['a text', Buffer.from('hello'), 'a text file'],
    ['an empty file', Buffer.alloc(0), 'is empty'],
    ['zeroes', Buffer.alloc(512 * 200), 'has no partition table'],
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
