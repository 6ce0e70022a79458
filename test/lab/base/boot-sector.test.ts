import { describe, expect, it } from 'vitest';
import { fatTableRanges, patchBootSector, patchCoreImage } from '../../../src/lab/base/boot-sector.ts';
import { planDiskIds } from '../../../src/lab/base/identity.ts';
import { planLayout } from '../../../src/lab/base/layout.ts';

const { bios, esp } = planLayout(4, planDiskIds('x'));

/** Bytes that differ at every place, with what GRUB's own images have where we look: the signature, the load segment. */
function bootImage(): Uint8Array {
  const bytes = Uint8Array.from({ length: 512 }, (_, at) => (at * 7 + 3) & 0xff);
  bytes.set([0x55, 0xaa], 510);
  return bytes;
}

function coreImage(length: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * 5 + 1) & 0xff);
  // As grub-mkimage 2.06 leaves it: start 2, length in sectors, segment 0x820.
  bytes.set([2, 0, 0, 0, 0, 0, 0, 0, 0xd4, 0x00, 0x20, 0x08], 0x1f4);
  return bytes;
}

const changedOffsets = (before: Uint8Array, after: Uint8Array) =>
  Array.from(after.keys()).filter((at) => before[at] !== after[at]);

describe('lab/base/boot-sector', () => {
  it('patches where the core image is, the drive, the drive check, and keeps the partition table', () => {
    const old = new Uint8Array(512).fill(0xee);
    const sector = patchBootSector(bootImage(), old, 2048);
    expect([...sector.subarray(0x5c, 0x64)]).toEqual([0x00, 0x08, 0, 0, 0, 0, 0, 0]);
    expect(sector[0x64]).toBe(0xff);
    expect([...sector.subarray(0x66, 0x68)]).toEqual([0x90, 0x90]);
    expect([...sector.subarray(0x1b8)]).toEqual(new Array(72).fill(0xee));
    const code = changedOffsets(bootImage(), sector).filter((at) => at < 0x1b8);
    expect(code.every((at) => (at >= 0x5c && at <= 0x64) || at === 0x66 || at === 0x67)).toBe(true);
  });

  it('refuses what is no boot sector', () => {
    expect(() => patchBootSector(new Uint8Array(512), new Uint8Array(512), 2048)).toThrow(/boot\.img/);
    expect(() => patchBootSector(new Uint8Array(440), new Uint8Array(512), 2048)).toThrow(/440 bytes/);
  });

  it('writes one block list entry for the rest of the core image', () => {
    const original = coreImage(108_771);
    const core = patchCoreImage(original, bios);
    expect(core.length).toBe(213 * 512);
    expect([...core.subarray(0x1f4, 0x200)]).toEqual([0x01, 0x08, 0, 0, 0, 0, 0, 0, 212, 0, 0x20, 0x08]);
    expect(changedOffsets(original, core.subarray(0, original.length)).every((at) => at >= 0x1f4 && at < 0x200)).toBe(
      true,
    );
    expect(core.subarray(108_771).every((byte) => byte === 0)).toBe(true);
  });

  it('refuses a core image that is too long or not one', () => {
    expect(() => patchCoreImage(coreImage(1_048_577), bios)).toThrow(/1048577 bytes, the partition 1048576/);
    expect(() => patchCoreImage(new Uint8Array(2048), bios)).toThrow(/diskboot/);
  });

  it('clears the partition table in both copies of the FAT boot sector', () => {
    const start = esp.startSector * 512;
    expect(fatTableRanges(esp)).toEqual([
      { offset: start + 446, length: 64 },
      { offset: start + 6 * 512 + 446, length: 64 },
    ]);
  });
});
