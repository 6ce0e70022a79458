import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fatUuid, planDiskIds } from '../../../src/lab/base/identity.ts';
import { planLayout, renderSfdiskScript, startBytes } from '../../../src/lab/base/layout.ts';

const ids = planDiskIds('a'.repeat(64));

describe('lab/base/layout', () => {
  it('puts root last, everything on MiB borders, room for the backup table', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2048 }), (diskGiB) => {
        const { bios, esp, root, diskBytes } = planLayout(diskGiB, ids);
        for (const part of [bios, esp, root]) expect(startBytes(part) % 1_048_576).toBe(0);
        expect(bios.startSector + bios.sectors).toBe(esp.startSector);
        expect(esp.startSector + esp.sectors).toBe(root.startSector);
        expect(diskBytes / 512 - (root.startSector + root.sectors)).toBe(2048);
      }),
    );
  });

  it('leaves sfdisk nothing to choose', () => {
    expect(renderSfdiskScript(planLayout(4, ids))).toBe(
      [
        'label: gpt',
        `label-id: ${ids.disk}`,
        'unit: sectors',
        'first-lba: 2048',
        `start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, uuid=${ids.biosPartition}, name="bios"`,
        `start=4096, size=131072, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=${ids.espPartition}, name="esp"`,
        `start=135168, size=8251392, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=${ids.rootPartition}, name="root"`,
        '',
      ].join('\n'),
    );
  });

  it('derives valid, different and stable identifiers', () => {
    const { espSerial, ...uuids } = ids;
    for (const uuid of Object.values(uuids)) {
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(Object.values(uuids)).size).toBe(6);
    expect(fatUuid(espSerial)).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/);
    expect(planDiskIds('a'.repeat(64))).toEqual(ids);
    expect(planDiskIds('b'.repeat(64)).rootFilesystem).not.toBe(ids.rootFilesystem);
  });
});
