import { describe, expect, it } from 'vitest';
import { GiB } from '../../src/core/sizes.ts';
import { grainBytes } from '../../src/formats/vmdk-geometry.ts';
import { planVmdkLayout, renderVmdkDescriptor, renderVmdkHeader } from '../../src/formats/vmdk-layout.ts';

describe('formats/vmdk-layout', () => {
  it('places header, descriptor, directory and tables in front of the grains', () => {
    expect(planVmdkLayout(10 * GiB)).toEqual({
      capacitySectors: 20971520,
      grainCount: 163840,
      tableCount: 320,
      directoryOffset: 21,
      tablesOffset: 24,
      overheadSectors: 1304,
    });
  });

  it('rounds the capacity up to a grain', () => {
    expect(planVmdkLayout(grainBytes + 1).capacitySectors).toBe(256);
  });

  it.each([0, 3 * 1024 * GiB])('refuses a disk of %d bytes', (bytes) => {
    expect(() => planVmdkLayout(bytes)).toThrow('does not fit a VMDK');
  });

  it('writes a header of version 3', () => {
    const header = renderVmdkHeader(planVmdkLayout(GiB));
    expect(
      header
        .subarray(0, 80)
        .toString('hex')
        .replace(/(?:00)+$/, ''),
    ).toBe(
      '4b444d56030000000100030000002000000000008000000000000000010000000000000014000000000000000002000000000000000000001500000000000000960000'
        .concat('0000000000000a200d0a0100')
        .replace(/(?:00)+$/, ''),
    );
  });

  it('writes a descriptor that names adapter, hardware version and content', () => {
    const contentId = '0123456789abcdef0123456789abcdef';
    const sectors = renderVmdkDescriptor({
      fileName: 'a.vmdk',
      capacitySectors: 20971520,
      hardwareVersion: 17,
      contentId,
    });
    expect(sectors.length).toBe(20 * 512);
    expect(sectors.toString('utf8').replaceAll('\0', '')).toMatchInlineSnapshot(`
      "# Disk DescriptorFile
      version=1
      encoding="UTF-8"
      CID=89abcdef
      parentCID=ffffffff
      createType="streamOptimized"

      # Extent description
      RW 20971520 SPARSE "a.vmdk"

      # The Disk Data Base
      #DDB

      ddb.longContentID = "0123456789abcdef0123456789abcdef"
      ddb.virtualHWVersion = "17"
      ddb.geometry.cylinders = "1306"
      ddb.geometry.heads = "255"
      ddb.geometry.sectors = "63"
      ddb.adapterType = "lsilogic"
      ddb.toolsVersion = "2147483647"
      "
    `);
  });
});
