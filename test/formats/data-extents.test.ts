import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQemuMap, planGrainBatches } from '../../src/formats/data-extents.ts';
import { grainBytes } from '../../src/formats/vmdk-geometry.ts';

const anyExtents = fc.array(
  fc.record({
    startBytes: fc.integer({ min: 0, max: 100 * grainBytes }),
    lengthBytes: fc.integer({ min: 1, max: 30 * grainBytes }),
  }),
  { maxLength: 6 },
);

describe('formats/data-extents', () => {
  it('plans every grain that an extent touches, once, ascending, and no other', () => {
    fc.assert(
      fc.property(anyExtents, fc.integer({ min: 1, max: 9 }), (extents, most) => {
        const diskBytes = 120 * grainBytes - 5;
        const batches = planGrainBatches(diskBytes, most, extents);
        const planned = batches.flatMap((batch) =>
          Array.from({ length: batch.grainCount }, (_, at) => batch.firstGrain + at),
        );
        const touched = Array.from({ length: 120 }, (_, grain) => grain).filter((grain) =>
          extents.some(
            ({ startBytes, lengthBytes }) =>
              startBytes < (grain + 1) * grainBytes && startBytes + lengthBytes > grain * grainBytes,
          ),
        );
        expect(planned).toEqual(touched);
        expect(batches.every((batch) => batch.grainCount <= most)).toBe(true);
      }),
    );
  });

  it('plans the whole disk when no extents are known', () => {
    expect(planGrainBatches(3 * grainBytes + 1, 3)).toEqual([
      { firstGrain: 0, grainCount: 3 },
      { firstGrain: 3, grainCount: 1 },
    ]);
  });

  it('takes holes and zeros out of the map of qemu-img', () => {
    const map = [
      { start: 0, length: 4096, depth: 0, present: true, zero: false, data: true, offset: 0 },
      { start: 4096, length: 8192, depth: 0, present: true, zero: true, data: false, offset: 4096 },
      { start: 12288, length: 512, depth: 0, present: true, zero: true, data: true, offset: 12288 },
    ];
    expect(parseQemuMap(JSON.stringify(map))).toEqual([{ startBytes: 0, lengthBytes: 4096 }]);
  });

  it.each(['{}', '[{"start": 1}]'])('refuses %s', (text) => {
    expect(() => parseQemuMap(text)).toThrow('qemu-img map');
  });
});
