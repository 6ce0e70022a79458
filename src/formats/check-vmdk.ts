import { inflateSync } from 'node:zlib';
import { messageOf } from '../core/errors.ts';
import { checkInterrupted } from '../core/interrupt.ts';
import type { PagedReader } from './paged-reader.ts';
import { grainBytes, grainMarkerBytes, grainSectors, sectorBytes } from './vmdk-geometry.ts';
import { parseVmdkDescriptor, parseVmdkHeader, type VmdkHeader } from './vmdk-header.ts';
import { entriesPerTable, planVmdkLayout, type VmdkLayout, vmdkFlags, vmdkVersion } from './vmdk-layout.ts';

export interface VmdkReport {
  capacityBytes: number;
  grains: number;
  /** Bytes behind the end-of-stream marker: 0 in a sound file. */
  trailingBytes: number;
  descriptor: ReadonlyMap<string, string>;
}

export interface CheckVmdkOptions {
  /** Also inflate every grain. */
  full?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((doneBytes: number) => void) | undefined;
}

const deflateAlgorithm = 1;
/** One broken place tends to break everything behind it: more findings than this say no more. */
const mostFindings = 20;

/** Reads a streamOptimized VMDK as a stream consumer does. What is wrong goes to `findings`; undefined if it is no such file. */
export async function readVmdkReport(
  reader: PagedReader,
  findings: string[],
  options: CheckVmdkOptions = {},
): Promise<VmdkReport | undefined> {
  const header = parseVmdkHeader(await reader.read(0, sectorBytes));
  if (header === undefined) {
    findings.push('the VMDK does not begin with KDMV');
    return undefined;
  }
  const before = findings.length;
  findings.push(...headerFindings(header));
  if (findings.length > before) return undefined;
  const layout = planVmdkLayout(header.capacitySectors * sectorBytes);
  const descriptor = parseVmdkDescriptor((await reader.read(sectorBytes, 20 * sectorBytes)).toString('utf8'));
  findings.push(...descriptorFindings(descriptor));
  const places = await readGrainTables(reader, layout, findings);
  const walk = await walkGrains(reader, layout, places, findings, options);
  return { capacityBytes: header.capacitySectors * sectorBytes, descriptor, ...walk };
}

function headerFindings(header: VmdkHeader): string[] {
  const expected = planVmdkLayout(Math.max(1, header.capacitySectors * sectorBytes));
  const wanted: readonly (readonly [string, number | string | bigint, number | string | bigint])[] = [
    ['version', header.version, vmdkVersion],
    ['flags', header.flags, vmdkFlags],
    ['grain size in sectors', header.grainSectors, grainSectors],
    ['entries per grain table', header.entriesPerTable, entriesPerTable],
    ['compression', header.compression, deflateAlgorithm],
    ['newline test', JSON.stringify(header.newlineTest), JSON.stringify('\n \r\n')],
    ['capacity in sectors', header.capacitySectors, expected.capacitySectors],
    ['place of the grain directory', header.directoryOffset, BigInt(expected.directoryOffset)],
    ['overhead in sectors', header.overheadSectors, expected.overheadSectors],
  ];
  return wanted
    .filter(([, found, want]) => found !== want)
    .map(([name, found, want]) => `VMDK header: ${name} is ${found}, expected ${want}`);
}

function descriptorFindings(descriptor: ReadonlyMap<string, string>): string[] {
  const type = descriptor.get('createType') ?? 'missing';
  return type === 'streamOptimized' ? [] : [`VMDK descriptor: createType is ${type}, expected streamOptimized`];
}

/** The sector of each grain, 0 for zeros. */
async function readGrainTables(reader: PagedReader, layout: VmdkLayout, findings: string[]): Promise<Uint32Array> {
  const directory = await reader.read(layout.directoryOffset * sectorBytes, layout.tableCount * 4);
  const tables = Array.from({ length: layout.tableCount }, (_, table) =>
    directory.length >= table * 4 + 4 ? directory.readUInt32LE(table * 4) : 0,
  );
  const places = new Uint32Array(layout.grainCount);
  for (const [table, sector] of tables.entries()) {
    const first = table * entriesPerTable;
    const count = Math.min(entriesPerTable, layout.grainCount - first);
    const entries = await reader.read(sector * sectorBytes, count * 4);
    if (sector < layout.tablesOffset || sector >= layout.overheadSectors || entries.length < count * 4) {
      findings.push(`VMDK grain directory: table ${table} at sector ${sector} is outside the overhead`);
      return places;
    }
    for (let entry = 0; entry < count; entry++) places[first + entry] = entries.readUInt32LE(entry * 4);
  }
  return places;
}

/** Marker by marker from the first grain to the end of the stream. */
async function walkGrains(
  reader: PagedReader,
  layout: VmdkLayout,
  places: Uint32Array,
  findings: string[],
  options: CheckVmdkOptions,
): Promise<{ grains: number; trailingBytes: number }> {
  const limit = findings.length + mostFindings;
  let at = layout.overheadSectors * sectorBytes;
  let previous = -1;
  let grains = 0;
  while (findings.length < limit) {
    checkInterrupted(options.signal);
    options.onProgress?.(at);
    const marker = await reader.read(at, sectorBytes);
    if (marker.length < sectorBytes) {
      findings.push(`VMDK: no end-of-stream marker before the end at byte ${reader.lengthBytes}`);
      break;
    }
    const lba = Number(marker.readBigUInt64LE(0));
    const size = marker.readUInt32LE(8);
    if (size === 0) {
      findings.push(...endFindings(marker, at), ...missingFindings(places, grains));
      return { grains, trailingBytes: trailing(reader, at + sectorBytes, findings) };
    }
    const grain = lba / grainSectors;
    findings.push(...placeFindings(grain, previous, at, places));
    if (options.full === true) findings.push(...(await grainFindings(reader, at, size, grain)));
    previous = grain;
    grains += 1;
    at += Math.ceil((grainMarkerBytes + size) / sectorBytes) * sectorBytes;
  }
  return { grains, trailingBytes: 0 };
}

function endFindings(marker: Buffer, at: number): string[] {
  if (marker.every((byte) => byte === 0)) return [];
  return [`VMDK: the marker at byte ${at} is of type ${marker.readUInt32LE(12)}, expected end-of-stream`];
}

function missingFindings(places: Uint32Array, grains: number): string[] {
  const listed = places.reduce((count, place) => count + (place === 0 ? 0 : 1), 0);
  return listed === grains ? [] : [`VMDK: the grain tables list ${listed} grains, the stream has ${grains}`];
}

function trailing(reader: PagedReader, end: number, findings: string[]): number {
  const bytes = reader.lengthBytes - end;
  if (bytes > 0) findings.push(`VMDK: ${bytes} bytes stand behind the end-of-stream marker`);
  return bytes;
}

function placeFindings(grain: number, previous: number, at: number, places: Uint32Array): string[] {
  if (!Number.isInteger(grain) || grain >= places.length)
    return [`VMDK: the marker at byte ${at} is no grain of this disk`];
  const findings: string[] = [];
  if (grain <= previous)
    findings.push(`VMDK: grain ${grain} stands behind grain ${previous}, expected ascending order`);
  const sector = at / sectorBytes;
  if (places[grain] !== sector) {
    findings.push(`VMDK: grain ${grain} is at sector ${sector}, its table says ${places[grain]}`);
  }
  return findings;
}

async function grainFindings(reader: PagedReader, at: number, size: number, grain: number): Promise<string[]> {
  try {
    const data = await reader.read(at + grainMarkerBytes, size);
    const length = inflateSync(data, { maxOutputLength: grainBytes + 1 }).length;
    return length === grainBytes ? [] : [`VMDK: grain ${grain} inflates to ${length} bytes, expected ${grainBytes}`];
  } catch (error) {
    return [`VMDK: grain ${grain} does not inflate: ${messageOf(error)}`];
  }
}
