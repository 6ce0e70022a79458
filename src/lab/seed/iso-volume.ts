import { ascii, padded, sectorBytes, setBoth16, setBoth32, ucs2, viewOf } from './iso-bytes.ts';
import { buildRecord } from './iso-records.ts';

const space = ascii(' ');
const wideSpace = ucs2(' ');
/** 2000-01-01 as a volume descriptor has it. */
const volumeDate = ascii('2000010100000000\0');
const noDate = ascii('0000000000000000\0');

export interface VolumeFields {
  kind: 'primary' | 'joliet';
  label: string;
  sectors: number;
  root: { sector: number; bytes: number };
  /** Path tables in little and big endian. */
  pathTables: { bytes: number; little: number; big: number };
}

/** ECMA-119 8.4 and 8.5: the descriptor at sector 16 (primary) or 17 (Joliet, UCS-2 level 3). */
export function buildVolumeDescriptor(fields: VolumeFields): Uint8Array {
  const wide = fields.kind === 'joliet';
  const text = (value: string, length: number) =>
    wide ? padded(ucs2(value), length, wideSpace) : padded(ascii(value), length, space);
  const sector = new Uint8Array(sectorBytes);
  const view = viewOf(sector);
  sector.set([wide ? 2 : 1, ...ascii('CD001'), 1]);
  sector.set(text('LINUX', 32), 8);
  sector.set(text(fields.label, 32), 40);
  setBoth32(view, 80, fields.sectors);
  if (wide) sector.set(ascii('%/E'), 88);
  setBoth16(view, 120, 1);
  setBoth16(view, 124, 1);
  setBoth16(view, 128, sectorBytes);
  setBoth32(view, 132, fields.pathTables.bytes);
  view.setUint32(140, fields.pathTables.little, true);
  view.setUint32(148, fields.pathTables.big, false);
  sector.set(buildRecord({ name: Uint8Array.of(0), ...fields.root, isFolder: true }), 156);
  sector.set(text('', 623), 190);
  for (const [index, date] of [volumeDate, volumeDate, noDate, noDate].entries()) sector.set(date, 813 + index * 17);
  sector[881] = 1;
  return sector;
}

/** ECMA-119 8.3: ends the list of descriptors. */
export function buildTerminator(): Uint8Array {
  const sector = new Uint8Array(sectorBytes);
  sector.set([255, ...ascii('CD001'), 1]);
  return sector;
}

/** A path table that knows only the root: ECMA-119 9.4. */
export function buildPathTable(rootSector: number, littleEndian: boolean): Uint8Array {
  const table = new Uint8Array(10);
  const view = viewOf(table);
  table[0] = 1;
  view.setUint32(2, rootSector, littleEndian);
  view.setUint16(6, 1, littleEndian);
  return table;
}
