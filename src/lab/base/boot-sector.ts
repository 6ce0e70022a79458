import { FactoryError } from '../../core/errors.ts';
import { type Partition, sectorBytes } from './layout.ts';

// Offsets from GRUB's include/grub/i386/pc/boot.h; what grub-bios-setup writes, without its need for a real disk.
const kernelSectorOffset = 0x5c;
const bootDriveOffset = 0x64;
const driveCheckOffset = 0x66;
const partitionTableOffset = 0x1b8;
/** In core.img's first sector (diskboot.img): where the rest lies. Start sector (8 bytes), length (2), segment (2). */
const blocklistOffset = 0x1f4;
const blocklistSegment = 0x820;
const firmwareDrive = 0xff;
const nop = 0x90;

/**
 * The first sector: GRUB's boot.img that loads sector `coreSector`, with the disk signature and partition table of `oldSector`.
 * @throws FactoryError `build.failed` when `bootImage` is no GRUB boot sector.
 */
export function patchBootSector(bootImage: Uint8Array, oldSector: Uint8Array, coreSector: number): Uint8Array {
  if (bootImage.length !== sectorBytes || bootImage[510] !== 0x55 || bootImage[511] !== 0xaa) {
    throw new FactoryError(
      'build.failed',
      `GRUB's boot.img has ${bootImage.length} bytes or no signature, not 512 with 55 AA`,
    );
  }
  const sector = Uint8Array.from(bootImage);
  const view = new DataView(sector.buffer);
  view.setBigUint64(kernelSectorOffset, BigInt(coreSector), true);
  view.setUint8(bootDriveOffset, firmwareDrive);
  // Machines that pass a wrong drive number: GRUB's own workaround for hard disks, the check becomes two no-ops.
  view.setUint8(driveCheckOffset, nop);
  view.setUint8(driveCheckOffset + 1, nop);
  sector.set(oldSector.subarray(partitionTableOffset, sectorBytes), partitionTableOffset);
  return sector;
}

/**
 * core.img for one unbroken run of sectors in `partition`, filled up to whole sectors.
 * @throws FactoryError `build.failed` when it does not fit, or its first sector is not diskboot's.
 */
export function patchCoreImage(coreImage: Uint8Array, partition: Partition): Uint8Array {
  const sectors = Math.ceil(coreImage.length / sectorBytes);
  if (sectors > partition.sectors) {
    const room = partition.sectors * sectorBytes;
    throw new FactoryError('build.failed', `GRUB's core image has ${coreImage.length} bytes, the partition ${room}`);
  }
  const padded = new Uint8Array(sectors * sectorBytes);
  padded.set(coreImage);
  const view = new DataView(padded.buffer);
  if (sectors < 2 || view.getUint16(blocklistOffset + 10, true) !== blocklistSegment) {
    throw new FactoryError('build.failed', "GRUB's core image does not begin with diskboot.img");
  }
  view.setBigUint64(blocklistOffset, BigInt(partition.startSector + 1), true);
  view.setUint16(blocklistOffset + 8, sectors - 1, true);
  return padded;
}

/** Where FAT keeps boot sectors: the first sector and its copy. mformat writes a partition table into both, */
const fatBootSectors = [0, 6];
const fatTableOffset = 0x1be;
const fatTableBytes = 64;

/** …which `grub-probe` takes for partitions inside a partition and warns about at every kernel update. Byte ranges to clear. */
export function fatTableRanges(esp: Partition): { offset: number; length: number }[] {
  return fatBootSectors.map((sector) => ({
    offset: (esp.startSector + sector) * sectorBytes + fatTableOffset,
    length: fatTableBytes,
  }));
}
