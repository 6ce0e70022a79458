import { FactoryError } from '../core/errors.ts';
import { grainBytes, grainSectors, sectorBytes } from './vmdk-geometry.ts';

export const entriesPerTable = 512;
export const descriptorSectors = 20;

const tableSectors = (entriesPerTable * 4) / sectorBytes;
/** Grain positions are 32-bit sector numbers. */
const maxFileSectors = 2 ** 32;

/** Where the parts of a streamOptimized VMDK are; all positions in sectors from its start. */
export interface VmdkLayout {
  /** Of the virtual disk: a multiple of the grain, as old readers demand. */
  capacitySectors: number;
  grainCount: number;
  tableCount: number;
  directoryOffset: number;
  tablesOffset: number;
  /** The first grain's place. */
  overheadSectors: number;
}

/** @throws FactoryError `input.invalid` for an empty disk or one whose VMDK could pass 2 TiB. */
export function planVmdkLayout(diskBytes: number): VmdkLayout {
  const grainCount = Math.ceil(diskBytes / grainBytes);
  const tableCount = Math.ceil(grainCount / entriesPerTable);
  const directoryOffset = 1 + descriptorSectors;
  const tablesOffset = directoryOffset + Math.ceil((tableCount * 4) / sectorBytes);
  const overheadSectors = tablesOffset + tableCount * tableSectors;
  const worstSectors = overheadSectors + grainCount * (grainSectors + 1);
  if (grainCount === 0 || worstSectors >= maxFileSectors) {
    throw new FactoryError(
      'input.invalid',
      `a disk of ${diskBytes} bytes does not fit a VMDK; accepted: 1 byte to 1.9 TiB`,
    );
  }
  return {
    capacitySectors: grainCount * grainSectors,
    grainCount,
    tableCount,
    directoryOffset,
    tablesOffset,
    overheadSectors,
  };
}

export const vmdkMagic = 'KDMV';
export const vmdkVersion = 3;
/** Newline test bytes are valid, grains are compressed, markers are there. */
export const vmdkFlags = 1 | (1 << 16) | (1 << 17);
const deflateAlgorithm = 1;

/** Sector 0. Fields as in VMware's "Virtual Disk Format 5.0", SparseExtentHeader. */
export function renderVmdkHeader(layout: VmdkLayout): Buffer {
  const header = Buffer.alloc(sectorBytes);
  header.write(vmdkMagic, 0, 'latin1');
  header.writeUInt32LE(vmdkVersion, 4);
  header.writeUInt32LE(vmdkFlags, 8);
  header.writeBigUInt64LE(BigInt(layout.capacitySectors), 12);
  header.writeBigUInt64LE(BigInt(grainSectors), 20);
  header.writeBigUInt64LE(1n, 28);
  header.writeBigUInt64LE(BigInt(descriptorSectors), 36);
  header.writeUInt32LE(entriesPerTable, 44);
  header.writeBigUInt64LE(0n, 48);
  header.writeBigUInt64LE(BigInt(layout.directoryOffset), 56);
  header.writeBigUInt64LE(BigInt(layout.overheadSectors), 64);
  header.write('\0\n \r\n', 72, 'latin1');
  header.writeUInt16LE(deflateAlgorithm, 77);
  return header;
}

export interface VmdkDescriptor {
  /** The name the extent line carries: the file's own. */
  fileName: string;
  capacitySectors: number;
  /** The N of vmx-N. */
  hardwareVersion: number;
  /** 32 hex digits; the last eight are the CID. */
  contentId: string;
}

/** "Tools are looked after by the guest": open-vm-tools. */
const guestManagedTools = 2147483647;

/** The text of sectors 1 to 20, padded with zeros. */
export function renderVmdkDescriptor(descriptor: VmdkDescriptor): Buffer {
  const cylinders = Math.min(65535, Math.ceil(descriptor.capacitySectors / (255 * 63)));
  const lines = [
    '# Disk DescriptorFile',
    'version=1',
    'encoding="UTF-8"',
    `CID=${descriptor.contentId.slice(-8)}`,
    'parentCID=ffffffff',
    'createType="streamOptimized"',
    '',
    '# Extent description',
    `RW ${descriptor.capacitySectors} SPARSE "${descriptor.fileName}"`,
    '',
    '# The Disk Data Base',
    '#DDB',
    '',
    `ddb.longContentID = "${descriptor.contentId}"`,
    `ddb.virtualHWVersion = "${descriptor.hardwareVersion}"`,
    `ddb.geometry.cylinders = "${cylinders}"`,
    'ddb.geometry.heads = "255"',
    'ddb.geometry.sectors = "63"',
    'ddb.adapterType = "lsilogic"',
    `ddb.toolsVersion = "${guestManagedTools}"`,
    '',
  ];
  const sectors = Buffer.alloc(descriptorSectors * sectorBytes);
  sectors.write(lines.join('\n'), 'utf8');
  return sectors;
}

/** Grain directory and grain tables as they stand in the file. `sectorOfGrain[i]` is 0 for a grain of zeros. */
export function renderGrainTables(layout: VmdkLayout, sectorOfGrain: Uint32Array): Buffer {
  const buffer = Buffer.alloc((layout.overheadSectors - layout.directoryOffset) * sectorBytes);
  for (let table = 0; table < layout.tableCount; table++) {
    buffer.writeUInt32LE(layout.tablesOffset + table * tableSectors, table * 4);
  }
  const tables = (layout.tablesOffset - layout.directoryOffset) * sectorBytes;
  for (const [grain, sector] of sectorOfGrain.entries()) buffer.writeUInt32LE(sector, tables + grain * 4);
  return buffer;
}
