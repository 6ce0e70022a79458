import { sha256 } from '../../core/hash.ts';

/** Identifiers that live in the disk, all derived from what the disk is made of: same input, same identifiers. */
export interface DiskIds {
  disk: string;
  biosPartition: string;
  espPartition: string;
  rootPartition: string;
  /** UUID of the root file system; the boot loader and the kernel find it by this. */
  rootFilesystem: string;
  /** Seed of ext4's directory hashes. */
  hashSeed: string;
  /** FAT serial number, eight upper-case hex digits. */
  espSerial: string;
}

export function planDiskIds(identity: string): DiskIds {
  const uuid = (label: string) => uuidOf(`${identity}:${label}`);
  return {
    disk: uuid('disk'),
    biosPartition: uuid('bios'),
    espPartition: uuid('esp'),
    rootPartition: uuid('root'),
    rootFilesystem: uuid('root-filesystem'),
    hashSeed: uuid('hash-seed'),
    espSerial: sha256(`${identity}:esp-serial`).slice(0, 8).toUpperCase(),
  };
}

/** The serial as `/dev/disk/by-uuid` and fstab write it: `1A2B-3C4D`. */
export function fatUuid(serial: string): string {
  return `${serial.slice(0, 4)}-${serial.slice(4)}`;
}

/** A UUID of version 4's form; its bits come from the label. */
function uuidOf(label: string): string {
  const hex = sha256(label);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
