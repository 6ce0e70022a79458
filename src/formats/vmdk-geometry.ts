// Without imports: every compression worker loads this file.

export const sectorBytes = 512;
/** 64 KiB, the one grain size every consumer of streamOptimized disks reads. */
export const grainBytes = 65_536;
export const grainSectors = grainBytes / sectorBytes;
/** LBA (8 bytes) and compressed length (4 bytes) in front of each grain's zlib data. */
export const grainMarkerBytes = 12;
