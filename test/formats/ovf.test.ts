import { describe, expect, it } from 'vitest';
import { GiB } from '../../src/core/sizes.ts';
import { renderOvf } from '../../src/formats/ovf.ts';
import type { OvfMachine } from '../../src/formats/ovf-machine.ts';
import { cimOsType } from '../../src/formats/ovf-os.ts';
import { readXmlTags } from '../../src/formats/xml-tags.ts';
import { sampleMachine } from './sample.ts';

const disk = { fileName: 'a-disk1.vmdk', fileBytes: 4711, capacityBytes: 20 * GiB, populatedBytes: 65536 };

function attributesOf(text: string, name: string): Record<string, string>[] {
  return readXmlTags(text)
    .filter((tag) => tag.name === name)
    .map((tag) => Object.fromEntries(tag.attributes));
}

describe('formats/ovf', () => {
  it('renders the same text as ever', async () => {
    await expect(renderOvf(sampleMachine, disk)).toMatchFileSnapshot('fixtures/debian12-lab.ovf');
  });

  it('says file size, capacity in whole units and populated size', () => {
    const text = renderOvf(sampleMachine, disk);
    expect(attributesOf(text, 'File')).toEqual([{ href: 'a-disk1.vmdk', id: 'file1', size: '4711' }]);
    expect(attributesOf(text, 'Disk')[0]).toMatchObject({
      capacity: '20',
      capacityAllocationUnits: 'byte * 2^30',
      populatedSize: '65536',
    });
  });

  it.each([
    [GiB, '1', 'byte * 2^30'],
    [GiB + 1024 * 1024, '1025', 'byte * 2^20'],
    [65536, '65536', 'byte'],
  ])('gives a capacity of %d bytes in units that keep it exact', (capacityBytes, capacity, units) => {
    const text = renderOvf(sampleMachine, { ...disk, capacityBytes });
    expect(attributesOf(text, 'Disk')[0]).toMatchObject({ capacity, capacityAllocationUnits: units });
  });

  it.each([
    ['uefi', 'efi'],
    ['bios', 'bios'],
  ] as const)('asks for firmware %s as %s', (firmware, value) => {
    const configs = attributesOf(renderOvf({ ...sampleMachine, firmware }, disk), 'Config');
    expect(configs).toContainEqual({ required: 'false', key: 'firmware', value });
  });

  it('offers user-data, hostname, public-keys and instance-id, and no password', () => {
    const keys = attributesOf(renderOvf(sampleMachine, disk), 'Property').map((property) => property['key']);
    expect(keys).toEqual(['instance-id', 'hostname', 'public-keys', 'user-data']);
  });

  it('keeps hostile text inside its element', () => {
    const annotation = ']]></Annotation><Item/>"&';
    const text = renderOvf({ ...sampleMachine, annotation }, disk);
    expect(attributesOf(text, 'Item')).toHaveLength(5);
  });

  it('names everything that is wrong with a machine', () => {
    const machine: OvfMachine = {
      ...sampleMachine,
      name: 'a/b',
      hardwareVersion: 4,
      cpus: 0,
      memoryMiB: 1023,
      guestOsType: 'linux',
    };
    expect(() => renderOvf(machine, disk)).toThrow(
      /name 'a\/b'.*hardware version 4.*0 CPUs.*memory 1023 MiB.*guest type 'linux'/,
    );
  });

  it.each([
    ['ubuntu64Guest', 94],
    ['debian12_64Guest', 96],
    ['rhel9_64Guest', 80],
    ['rockylinux_64Guest', 101],
    ['amazonlinux3_64Guest', 101],
  ])('gives %s the CIM number %d', (guest, id) => {
    expect(cimOsType(guest)).toBe(id);
  });
});
