import { existsSync, truncateSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../src/core/exec.ts';
import { sha256 } from '../../src/core/hash.ts';
import type { DataExtent } from '../../src/formats/data-extents.ts';
import { grainBytes } from '../../src/formats/vmdk-geometry.ts';
import { type WriteOvaOptions, type WrittenOva, writeOva } from '../../src/formats/write-ova.ts';
import { type ParsedVmdk, parseVmdk } from './read-vmdk.ts';
import { makeDisk, makeFolder, makeMixedDisk, noise, type Piece, sampleMachine, sampleTime } from './sample.ts';

interface Outcome {
  written: WrittenOva;
  file: Buffer;
  vmdk: ParsedVmdk;
}

async function writeAndRead(rawPath: string, more: Partial<WriteOvaOptions> = {}): Promise<Outcome> {
  const ovaPath = join(makeFolder(), 'sample.ova');
  const written = await writeOva({
    machine: sampleMachine,
    rawPath,
    ovaPath,
    mtimeSeconds: sampleTime,
    workers: 2,
    ...more,
  });
  const file = await readFile(ovaPath);
  const vmdk = parseVmdk(file.subarray(written.vmdk.offset, written.vmdk.offset + written.vmdk.bytes));
  return { written, file, vmdk };
}

/** The VMDK has the disk's bytes, zeros up to its capacity, ascending grains, and nothing behind the end of the stream. */
async function expectSame(rawPath: string, { written, file, vmdk }: Outcome): Promise<void> {
  const raw = await readFile(rawPath);
  expect(vmdk.disk.subarray(0, raw.length).equals(raw)).toBe(true);
  expect(vmdk.capacityBytes).toBe(Math.ceil(raw.length / grainBytes) * grainBytes);
  expect(vmdk.disk.subarray(raw.length).every((byte) => byte === 0)).toBe(true);
  expect(vmdk.order).toEqual([...vmdk.order].sort((a, b) => a - b));
  expect(new Set(vmdk.order).size).toBe(vmdk.order.length);
  expect(vmdk.rest.length).toBe(0);
  expect(written).toMatchObject({ bytes: file.length, sha256: sha256(file) });
  const { offset, bytes } = written.vmdk;
  expect(written.vmdk.sha256).toBe(sha256(file.subarray(offset, offset + bytes)));
  expect(written.vmdk.populatedBytes).toBe(vmdk.order.length * grainBytes);
}

const anyDisk = fc.record({
  diskBytes: fc.integer({ min: 1, max: 40 * grainBytes }),
  pieces: fc.array(
    fc.record({
      start: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.integer({ min: 1, max: 3 * grainBytes }),
      kind: fc.constantFrom('noise', 'text', 'zeros'),
    }),
    { maxLength: 5 },
  ),
  workers: fc.integer({ min: 1, max: 2 }),
  withExtents: fc.boolean(),
});

// Each case starts threads: some tenths of a second alone, more on a machine that is busy with other things.
describe('formats/write-ova', { timeout: 60_000 }, () => {
  it('keeps any sparse disk byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(anyDisk, async ({ diskBytes, pieces, workers, withExtents }) => {
        const placed = pieces.map((piece) => place(piece, diskBytes));
        const rawPath = await makeDisk(diskBytes, placed);
        const extents = withExtents ? placed.map(extentOf) : undefined;
        await expectSame(rawPath, await writeAndRead(rawPath, { workers, extents }));
      }),
      // On a busy machine fewer disks are tried: a test says something about the code, not about the machine.
      { numRuns: 12, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('gives the same bytes whatever the number of workers and with or without extents', async () => {
    const rawPath = await makeDisk(99 * grainBytes, [
      { startBytes: 5 * grainBytes + 7, content: noise(20 * grainBytes, 1) },
      { startBytes: 80 * grainBytes, content: Buffer.alloc(3 * grainBytes, 'text ') },
    ]);
    const extents = [
      { startBytes: 80 * grainBytes, lengthBytes: 4 * grainBytes },
      { startBytes: 5 * grainBytes, lengthBytes: 21 * grainBytes },
    ];
    const files = [
      await writeAndRead(rawPath, { workers: 1 }),
      await writeAndRead(rawPath, { workers: 3 }),
      await writeAndRead(rawPath, { workers: 2, extents }),
    ].map((outcome) => sha256(outcome.file));
    expect(new Set(files).size).toBe(1);
  });

  it('gives a disk of other content another content id', async () => {
    const ids = await Promise.all(
      [1, 2].map(async (seed) => {
        const rawPath = await makeDisk(grainBytes, [{ startBytes: 0, content: noise(512, seed) }]);
        return /CID=([0-9a-f]{8})\n/.exec((await writeAndRead(rawPath)).vmdk.descriptor)?.[1];
      }),
    );
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids).not.toContain(undefined);
  });

  it.each([
    ['all zeros', 10 * grainBytes, []],
    ['one byte', 1, [{ startBytes: 0, content: Buffer.from('x') }]],
    ['not a multiple of the grain', 3 * grainBytes + 512, [{ startBytes: 3 * grainBytes, content: noise(512, 3) }]],
    ['data that does not compress', 40 * grainBytes, [{ startBytes: 0, content: noise(40 * grainBytes, 4) }]],
    ['more than one grain table', 1100 * grainBytes, [{ startBytes: 1099 * grainBytes, content: noise(9, 5) }]],
  ] satisfies [string, number, Piece[]][])('writes a disk of %s', async (_, diskBytes, pieces) => {
    const rawPath = await makeDisk(diskBytes, pieces);
    await expectSame(rawPath, await writeAndRead(rawPath));
  });

  it('reports progress up to the whole', async () => {
    const rawPath = await makeMixedDisk(70);
    const seen: Record<string, number[]> = { compress: [], hash: [] };
    await writeAndRead(rawPath, {
      onProgress: ({ phase, doneBytes, totalBytes }) => seen[phase]?.push(doneBytes / totalBytes),
    });
    for (const shares of Object.values(seen)) {
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.at(-1)).toBe(1);
    }
  });

  it('leaves no file and no worker when it is interrupted', { timeout: 90_000 }, async () => {
    const folder = makeFolder();
    const rawPath = await makeMixedDisk(300, folder);
    const ovaPath = join(folder, 'sample.ova');
    const child = join(import.meta.dirname, 'interrupted-ova.ts');
    // A process that ends by itself has no worker left.
    const result = await createExec().run(process.execPath, [child, rawPath, ovaPath], { timeoutMs: 60_000 });
    expect(result.stdout.trim()).toBe('interrupted');
    expect(existsSync(ovaPath)).toBe(false);
  });

  it('refuses to start when it is interrupted already', async () => {
    const ovaPath = join(makeFolder(), 'sample.ova');
    const rawPath = await makeMixedDisk(3);
    const signal = AbortSignal.abort();
    const written = writeOva({ machine: sampleMachine, rawPath, ovaPath, mtimeSeconds: sampleTime, signal });
    await expect(written).rejects.toMatchObject({ code: 'interrupted' });
    expect(existsSync(ovaPath)).toBe(false);
  });

  it('says when the disk gets shorter while it is read', async () => {
    const rawPath = await makeMixedDisk(400);
    const ovaPath = join(makeFolder(), 'sample.ova');
    const options = { machine: sampleMachine, rawPath, ovaPath, mtimeSeconds: sampleTime, workers: 1 };
    const written = writeOva({
      ...options,
      onProgress: () => truncateSync(rawPath, 10 * grainBytes),
    });
    await expect(written).rejects.toMatchObject({
      code: 'io.failed',
      message: expect.stringContaining('the disk ended at byte'),
    });
    expect(existsSync(ovaPath)).toBe(false);
  });

  it.each([
    ['a disk that is not there', 'missing.raw', 'input.not-found'],
    ['a folder', '', 'input.invalid'],
  ])('refuses %s', async (_, name, code) => {
    const folder = makeFolder();
    const ovaPath = join(folder, 'sample.ova');
    const written = writeOva({
      machine: sampleMachine,
      rawPath: join(folder, name),
      ovaPath,
      mtimeSeconds: sampleTime,
    });
    await expect(written).rejects.toMatchObject({ code });
    expect(existsSync(ovaPath)).toBe(false);
  });

  it('does not touch a file that is there', async () => {
    const folder = makeFolder();
    const ovaPath = join(folder, 'sample.ova');
    await writeFile(ovaPath, 'mine');
    const rawPath = await makeMixedDisk(3, folder);
    await expect(writeOva({ machine: sampleMachine, rawPath, ovaPath, mtimeSeconds: sampleTime })).rejects.toThrow();
    expect(await readFile(ovaPath, 'utf8')).toBe('mine');
  });

  it('says when the folder is not there', async () => {
    const rawPath = await makeMixedDisk(3);
    const ovaPath = join(makeFolder(), 'none', 'sample.ova');
    const written = writeOva({ machine: sampleMachine, rawPath, ovaPath, mtimeSeconds: sampleTime });
    await expect(written).rejects.toMatchObject({ code: 'io.failed' });
  });
});

function place(piece: { start: number; bytes: number; kind: string }, diskBytes: number): Piece {
  const startBytes = Math.floor(piece.start * (diskBytes - 1));
  const bytes = Math.min(piece.bytes, diskBytes - startBytes);
  if (piece.kind === 'noise') return { startBytes, content: noise(bytes, startBytes) };
  return { startBytes, content: Buffer.alloc(bytes, piece.kind === 'text' ? 'some text ' : 0) };
}

function extentOf(piece: Piece): DataExtent {
  return { startBytes: piece.startBytes, lengthBytes: piece.content.length };
}
