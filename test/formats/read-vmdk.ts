import { inflateSync } from 'node:zlib';

/**
 * A reader of streamOptimized VMDKs that shares nothing with src: written from VMware's "Virtual Disk Format 5.0" alone. It reads
 * twice, as a random-access reader does (directory, tables) and as a stream consumer does (markers), and wants both to agree.
 */
export interface ParsedVmdk {
  capacityBytes: number;
  disk: Buffer;
  /** Logical sector numbers in stream order. */
  order: number[];
  /** What follows the end-of-stream marker. */
  rest: Buffer;
  descriptor: string;
}

export function parseVmdk(file: Buffer): ParsedVmdk {
  if (file.readUInt32LE(0) !== 0x564d444b) throw new Error('no magic');
  if (file.readUInt32LE(4) !== 3) throw new Error('no version 3');
  if (file.readUInt32LE(8) !== 0x30001) throw new Error('flags');
  const capacity = Number(file.readBigUInt64LE(12)) * 512;
  const grain = Number(file.readBigUInt64LE(20)) * 512;
  const perTable = file.readUInt32LE(44);
  const directory = Number(file.readBigUInt64LE(56)) * 512;
  const overhead = Number(file.readBigUInt64LE(64)) * 512;
  const descriptor = file.toString('utf8', 512, 21 * 512).replaceAll('\0', '');

  const byTable = Buffer.alloc(capacity);
  for (let index = 0; index * grain < capacity; index++) {
    const table = file.readUInt32LE(directory + Math.floor(index / perTable) * 4) * 512;
    const at = file.readUInt32LE(table + (index % perTable) * 4) * 512;
    if (at === 0) continue;
    if (Number(file.readBigUInt64LE(at)) * 512 !== index * grain)
      throw new Error(`table and marker differ at grain ${index}`);
    inflateAt(file, at, grain).copy(byTable, index * grain);
  }

  const byStream = Buffer.alloc(capacity);
  const order: number[] = [];
  let at = overhead;
  while (file.readUInt32LE(at + 8) !== 0) {
    const sector = Number(file.readBigUInt64LE(at));
    order.push(sector);
    inflateAt(file, at, grain).copy(byStream, sector * 512);
    at += Math.ceil((12 + file.readUInt32LE(at + 8)) / 512) * 512;
  }
  if (file.subarray(at, at + 512).some((byte) => byte !== 0)) throw new Error('the last marker is not end-of-stream');
  if (!byTable.equals(byStream)) throw new Error('the two ways of reading differ');
  return { capacityBytes: capacity, disk: byTable, order, rest: file.subarray(at + 512), descriptor };
}

function inflateAt(file: Buffer, at: number, grain: number): Buffer {
  const size = file.readUInt32LE(at + 8);
  const data = inflateSync(file.subarray(at + 12, at + 12 + size));
  if (data.length !== grain) throw new Error(`a grain of ${data.length} bytes`);
  return data;
}
