import { checkInterrupted } from '../core/interrupt.ts';
import type { PagedReader } from './paged-reader.ts';
import { grainMarkerBytes, grainSectors, sectorBytes } from './vmdk-geometry.ts';
import { parseVmdkHeader } from './vmdk-header.ts';

export interface StreamVmdkReport {
  capacityBytes: number;
  grains: number;
  /** Bytes the grains hold when they are unpacked. */
  populatedBytes: number;
}

const compressedWithMarkers = (1 << 16) | (1 << 17);
const markerNames = ['end of stream', 'grain table', 'grain directory', 'footer'] as const;

/**
 * Follows a streamOptimized VMDK of any writer from marker to marker. vCenter writes directory and tables behind the grains and a footer
 * before the end; ours stand in front (`check-vmdk.ts` looks closer at those).
 * What is wrong goes to `findings`; undefined if it is no such file.
 */
export async function readStreamVmdk(
  reader: PagedReader,
  findings: string[],
  signal?: AbortSignal,
): Promise<StreamVmdkReport | undefined> {
  const header = parseVmdkHeader(await reader.read(0, sectorBytes));
  if (header === undefined) {
    findings.push('the VMDK does not begin with KDMV');
    return undefined;
  }
  if ((header.flags & compressedWithMarkers) !== compressedWithMarkers || header.grainSectors !== grainSectors) {
    findings.push(`the VMDK is not streamOptimized: flags ${header.flags}, grains of ${header.grainSectors} sectors`);
    return undefined;
  }
  const capacityBytes = header.capacitySectors * sectorBytes;
  const report = { capacityBytes, grains: 0, populatedBytes: 0 };
  let at = header.overheadSectors * sectorBytes;
  let previous = -1;
  for (;;) {
    checkInterrupted(signal);
    const marker = await reader.read(at, sectorBytes);
    if (marker.length < sectorBytes) {
      findings.push(`the VMDK ends at byte ${reader.lengthBytes} without an end-of-stream marker`);
      return report;
    }
    const value = Number(marker.readBigUInt64LE(0));
    const size = marker.readUInt32LE(8);
    if (size > 0) {
      if (value <= previous || value >= header.capacitySectors) {
        findings.push(`the VMDK has a grain for sector ${value} behind sector ${previous}, at byte ${at}`);
        return report;
      }
      previous = value;
      report.grains += 1;
      report.populatedBytes += Math.min(grainSectors, header.capacitySectors - value) * sectorBytes;
      at += Math.ceil((grainMarkerBytes + size) / sectorBytes) * sectorBytes;
      continue;
    }
    const type = marker.readUInt32LE(12);
    if (type === 0) {
      const trailing = reader.lengthBytes - at - sectorBytes;
      if (trailing > 0) findings.push(`${trailing} bytes stand behind the end of the VMDK`);
      return report;
    }
    if (markerNames[type] === undefined) {
      findings.push(`the VMDK has a marker of type ${type} at byte ${at}`);
      return report;
    }
    at += (1 + value) * sectorBytes;
  }
}
