import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GiB } from '../../src/core/sizes.ts';
import { paddedBytes, readTarIndex, renderTarHeader, type TarIndex } from '../../src/formats/tar.ts';
import { makeFolder } from './sample.ts';

async function indexOf(archive: Buffer): Promise<TarIndex> {
  const path = join(makeFolder(), 'sample.tar');
  await writeFile(path, archive);
  const handle = await open(path);
  try {
    return await readTarIndex(handle);
  } finally {
    await handle.close();
  }
}

describe('formats/tar', () => {
  it('writes a ustar header without names, 0:0, mode 0644', () => {
    const header = renderTarHeader({ name: 'a.ovf', sizeBytes: 5387, mtimeSeconds: 1_700_000_000 });
    expect(header.toString('latin1').replace(/\0+/g, '|')).toBe(
      'a.ovf|0000644|0000000|0000000|00000012413|14524770400|006744| 0|ustar|00|',
    );
  });

  it('reads any size and time back', async () => {
    const member = fc.record({
      name: fc.stringMatching(/^[a-z][a-z0-9._-]{0,98}$/),
      sizeBytes: fc.integer({ min: 0, max: 64 * 1024 * GiB }),
      mtimeSeconds: fc.integer({ min: 0, max: 2 ** 33 - 1 }),
    });
    await fc.assert(
      fc.asyncProperty(member, async (given) => {
        const { entries } = await indexOf(renderTarHeader(given));
        const magic = given.sizeBytes < 8 * GiB ? 'ustar' : 'gnu';
        expect(entries).toEqual([{ ...given, type: '0', magic, offsetBytes: 512 }]);
      }),
      { numRuns: 50 },
    );
  });

  it('goes to base-256 at exactly 8 GiB', () => {
    const first = (sizeBytes: number) => renderTarHeader({ name: 'a', sizeBytes, mtimeSeconds: 0 }).readUInt8(124);
    expect(first(8 * GiB - 1)).toBe('7'.charCodeAt(0));
    expect(first(8 * GiB)).toBe(0x80);
  });

  it.each(['', 'a/b', 'x'.repeat(101), 'ü', 'a b'])('refuses the name %j', (name) => {
    expect(() => renderTarHeader({ name, sizeBytes: 0, mtimeSeconds: 0 })).toThrow('cannot be a file name in an OVA');
  });

  it('walks over members and sees the end', async () => {
    const header = (name: string, sizeBytes: number) => renderTarHeader({ name, sizeBytes, mtimeSeconds: 0 });
    const members = [header('a', 513), Buffer.alloc(paddedBytes(513), 1), header('b', 0)];
    const index = await indexOf(Buffer.concat([...members, Buffer.alloc(1024)]));
    expect(index.entries.map((entry) => [entry.name, entry.offsetBytes])).toEqual([
      ['a', 512],
      ['b', 2048],
    ]);
    expect(index.isEnded).toBe(true);
    expect((await indexOf(Buffer.concat([...members, Buffer.alloc(512)]))).isEnded).toBe(false);
  });

  it('refuses a damaged header', async () => {
    const header = renderTarHeader({ name: 'a', sizeBytes: 0, mtimeSeconds: 0 });
    header.writeUInt8(header.readUInt8(130) ^ 1, 130);
    await expect(indexOf(header)).rejects.toMatchObject({ code: 'verify.failed' });
  });

  it.each(['xxxxxxxxxxx\0', '-0000000777\0', '\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff'])(
    'refuses the size %j',
    async (size) => {
      const header = renderTarHeader({ name: 'a', sizeBytes: 0, mtimeSeconds: 0 });
      header.write(size, 124, 'latin1');
      header.write('        ', 148, 'latin1');
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      await expect(indexOf(header)).rejects.toThrow('gives no size');
    },
  );
});
