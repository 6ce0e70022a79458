import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { FactoryError } from '../../src/core/errors.ts';
import { sha256 } from '../../src/core/hash.ts';
import { checkOva } from '../../src/formats/check-ova.ts';
import { readVmdkReport } from '../../src/formats/check-vmdk.ts';
import { createPagedReader } from '../../src/formats/paged-reader.ts';
import { paddedBytes, renderTarHeader } from '../../src/formats/tar.ts';
import { type WrittenOva, writeOva } from '../../src/formats/write-ova.ts';
import { makeFolder, makeMixedDisk, sampleMachine, sampleTime } from './sample.ts';

let written: WrittenOva;
let ova: Buffer;
let vmdk: Buffer;

beforeAll(async () => {
  const ovaPath = join(makeFolder(), 'sound.ova');
  const rawPath = await makeMixedDisk(20);
  written = await writeOva({ machine: sampleMachine, rawPath, ovaPath, mtimeSeconds: sampleTime, workers: 1 });
  ova = await readFile(ovaPath);
  vmdk = ova.subarray(written.vmdk.offset, written.vmdk.offset + written.vmdk.bytes);
});

async function detailsOf(content: Buffer, full = false): Promise<readonly string[]> {
  const path = join(makeFolder(), 'changed.ova');
  await writeFile(path, content);
  const error = await checkOva(path, { full }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FactoryError)) throw new Error(`expected a FactoryError, got ${error}`);
  expect(error.code).toBe('verify.failed');
  return error.details.length > 0 ? error.details : [error.message];
}

/** A copy with a byte changed. */
function withByte(content: Buffer, at: number): Buffer {
  const copy = Buffer.from(content);
  copy.writeUInt8(copy.readUInt8(at) ^ 0x40, at);
  return copy;
}

async function findingsOf(content: Buffer, full = true): Promise<string[]> {
  const path = join(makeFolder(), 'changed.vmdk');
  await writeFile(path, content);
  const handle = await open(path);
  const findings: string[] = [];
  await readVmdkReport(createPagedReader(handle, 0, content.length), findings, { full });
  await handle.close();
  return findings;
}

/** An OVA of these members, in this order. */
function pack(members: readonly (readonly [string, Buffer])[]): Buffer {
  const parts = members.flatMap(([name, content]) => [
    renderTarHeader({ name, sizeBytes: content.length, mtimeSeconds: 0 }),
    content,
    Buffer.alloc(paddedBytes(content.length) - content.length),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function textMembers(): { ovf: Buffer; mf: Buffer } {
  const ovfBytes = Number.parseInt(ova.toString('latin1', 124, 135), 8);
  const mfAt = 512 + paddedBytes(ovfBytes);
  const mfBytes = Number.parseInt(ova.toString('latin1', mfAt + 124, mfAt + 135), 8);
  return { ovf: ova.subarray(512, 512 + ovfBytes), mf: ova.subarray(mfAt + 512, mfAt + 512 + mfBytes) };
}

/** Where the grains and the end-of-stream marker begin. */
function markers(): number[] {
  const places: number[] = [];
  let at = Number(vmdk.readBigUInt64LE(64)) * 512;
  while (at < vmdk.length) {
    places.push(at);
    const size = vmdk.readUInt32LE(at + 8);
    at += size === 0 ? 512 : Math.ceil((12 + size) / 512) * 512;
  }
  return places;
}

describe('formats/check-ova', () => {
  it('reports what it saw in a sound OVA', async () => {
    const path = join(makeFolder(), 'sound.ova');
    await writeFile(path, ova);
    const report = await checkOva(path, { full: true });
    const { populatedBytes: _, ...facts } = written.vmdk;
    expect(report.vmdk).toMatchObject({ ...facts, trailingBytes: 0, capacityBytes: 21 * 65536 });
    expect(report.checks.join('\n')).toContain(
      '14 grains ascending, each inflates to 64 KiB, end-of-stream marker last',
    );
  });

  it('finds one changed byte in the middle of the VMDK', async () => {
    const at = written.vmdk.offset + (markers()[5] ?? 0) + 100;
    expect((await detailsOf(withByte(ova, at))).join()).toContain("manifest: SHA-256 of 'debian12-lab-disk1.vmdk'");
    expect((await detailsOf(withByte(ova, at), true)).join()).toContain('does not inflate');
  });

  it('finds a changed OVF', async () => {
    expect(await detailsOf(withByte(ova, 512 + 1200))).toContainEqual(expect.stringContaining("'debian12-lab.ovf'"));
  });

  it('finds members in the wrong order, missing or of a kind importers refuse', async () => {
    const { ovf, mf } = textMembers();
    const orders = [
      [
        ['a.mf', mf],
        ['a.ovf', ovf],
        ['a.vmdk', vmdk],
      ],
      [
        ['a.ovf', ovf],
        ['a.mf', mf],
      ],
      [
        ['PaxHeaders', mf],
        ['a.ovf', ovf],
        ['a.mf', mf],
        ['a.vmdk', vmdk],
      ],
    ] as const;
    for (const members of orders) {
      expect((await detailsOf(pack(members)))[0]).toContain('expected .ovf, .mf, .vmdk in this order');
    }
    const pax = pack([
      ['a.ovf', ovf],
      ['a.mf', mf],
      ['a.vmdk', vmdk],
    ]);
    pax.write('x', 156);
    pax.write('\0'.repeat(8), 148);
    const sum = pax.subarray(0, 512).reduce((total, byte) => total + byte, 8 * 32);
    pax.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect((await detailsOf(pax))[0]).toContain("is of type 'x'");
  });

  it('finds an archive that was cut', async () => {
    expect(await detailsOf(ova.subarray(0, ova.length - 512))).toEqual([
      'tar: two blocks of zeros are missing at the end',
    ]);
    await expect(detailsOf(ova.subarray(0, 100))).resolves.toBeDefined();
  });

  it('finds sizes in the OVF that are not those of the disk', async () => {
    const ovf = Buffer.from(
      textMembers()
        .ovf.toString()
        .replace(/ovf:capacity="\d+"/, 'ovf:capacity="1"'),
    );
    const mf = Buffer.from(
      `SHA256(debian12-lab.ovf)= ${sha256(ovf)}\nSHA256(debian12-lab-disk1.vmdk)= ${sha256(vmdk)}\n`,
    );
    const changed = pack([
      ['debian12-lab.ovf', ovf],
      ['debian12-lab.mf', mf],
      ['debian12-lab-disk1.vmdk', vmdk],
    ]);
    expect(await detailsOf(changed)).toEqual([
      expect.stringContaining('OVF: capacity is 1 bytes, the VMDK has 1376256'),
    ]);
  });

  it('says when there is no OVA', async () => {
    await expect(checkOva(join(makeFolder(), 'none.ova'))).rejects.toMatchObject({ code: 'input.not-found' });
  });
});

describe('formats/check-vmdk', () => {
  it('finds nothing in a sound VMDK', async () => {
    expect(await findingsOf(vmdk)).toEqual([]);
  });

  it('finds bytes behind the end-of-stream marker', async () => {
    expect(await findingsOf(Buffer.concat([vmdk, Buffer.alloc(64512)]))).toEqual([
      'VMDK: 64512 bytes stand behind the end-of-stream marker',
    ]);
  });

  it('finds a missing end-of-stream marker, as qemu-img leaves it', async () => {
    expect((await findingsOf(vmdk.subarray(0, -512)))[0]).toContain('no end-of-stream marker before the end');
  });

  it('finds grains out of order', async () => {
    const [first = 0, second = 0, third = 0] = markers();
    const swapped = Buffer.concat([
      vmdk.subarray(0, first),
      vmdk.subarray(second, third),
      vmdk.subarray(first, second),
      vmdk.subarray(third),
    ]);
    expect((await findingsOf(swapped)).join('\n')).toContain('grain 0 stands behind grain 1, expected ascending order');
  });

  it('finds a grain table that points elsewhere', async () => {
    const tables = Number(vmdk.readBigUInt64LE(56)) * 512 + 512;
    expect((await findingsOf(withByte(vmdk, tables)))[0]).toMatch(/grain 0 is at sector \d+, its table says \d+/);
  });

  it('finds a grain of the wrong length and one that does not inflate', async () => {
    const [, text = 0, random = 0] = markers();
    expect((await findingsOf(withByte(vmdk, random + 200)))[0]).toContain('does not inflate');
    const data = deflateSync(Buffer.alloc(100));
    const short = Buffer.from(vmdk);
    short.writeUInt32LE(data.length, text + 8);
    short.set(data, text + 12);
    expect((await findingsOf(short))[0]).toBe('VMDK: grain 1 inflates to 100 bytes, expected 65536');
  });

  it.each([
    [0, 'does not begin with KDMV'],
    [4, 'version is 67, expected 3'],
    [8, 'flags is'],
    [20, 'grain size in sectors is 192, expected 128'],
    [56, 'place of the grain directory'],
    [77, 'compression is 65, expected 1'],
  ])('finds a header changed at byte %d', async (at, text) => {
    expect((await findingsOf(withByte(vmdk, at))).join('\n')).toContain(text);
  });

  it('ends on any changed byte of the first 40 sectors', { timeout: 60_000 }, async () => {
    for (let at = 0; at < 40 * 512; at += 97) await findingsOf(withByte(vmdk, at), false);
  });
});
