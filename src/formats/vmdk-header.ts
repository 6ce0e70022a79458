import { sectorBytes } from './vmdk-geometry.ts';
import { vmdkMagic } from './vmdk-layout.ts';

/** A sparse extent's header as it stands in the file; positions and sizes in sectors. */
export interface VmdkHeader {
  version: number;
  flags: number;
  capacitySectors: number;
  grainSectors: number;
  descriptorOffset: number;
  descriptorSectors: number;
  entriesPerTable: number;
  /** `directoryAtEnd` when the directory stands behind the grains. */
  directoryOffset: bigint;
  overheadSectors: number;
  newlineTest: string;
  compression: number;
}

export const directoryAtEnd = 0xffff_ffff_ffff_ffffn;

/** Undefined when the sector is not the beginning of a sparse VMDK. */
export function parseVmdkHeader(sector: Buffer): VmdkHeader | undefined {
  if (sector.length < sectorBytes || sector.toString('latin1', 0, 4) !== vmdkMagic) return undefined;
  const number = (at: number) => Number(sector.readBigUInt64LE(at));
  return {
    version: sector.readUInt32LE(4),
    flags: sector.readUInt32LE(8),
    capacitySectors: number(12),
    grainSectors: number(20),
    descriptorOffset: number(28),
    descriptorSectors: number(36),
    entriesPerTable: sector.readUInt32LE(44),
    directoryOffset: sector.readBigUInt64LE(56),
    overheadSectors: number(64),
    newlineTest: sector.toString('latin1', 73, 77),
    compression: sector.readUInt16LE(77),
  };
}

/** `createType`, `CID`, `ddb.adapterType` … of a descriptor, quotes removed. */
export function parseVmdkDescriptor(text: string): Map<string, string> {
  const lines = text.replaceAll('\0', '').matchAll(/^([\w.]+)\s*=\s*"?([^"\n]*)"?$/gm);
  return new Map([...lines].map((match) => [match[1] ?? '', match[2] ?? '']));
}
