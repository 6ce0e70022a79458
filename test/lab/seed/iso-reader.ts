/** A small ISO 9660 reader for tests, written from ECMA-119, SUSP and RRIP: it shares nothing with the writer. */

export interface IsoFile {
  name: string;
  content: Buffer;
  mode?: number;
}

export interface IsoVolume {
  label: string;
  sectors: number;
  files: IsoFile[];
}

const sector = 2048;

export function readIso(image: Uint8Array, names: 'iso' | 'rock-ridge' | 'joliet'): IsoVolume {
  const disc = Buffer.from(image);
  const wide = names === 'joliet';
  const descriptor = findDescriptor(disc, wide ? 2 : 1);
  if (wide && descriptor.toString('latin1', 88, 91) !== '%/E') throw new Error('no Joliet escape sequence');
  const label = text(descriptor.subarray(40, 72), wide).trim();
  checkBothOrders32(descriptor, 80);
  const root = descriptor.subarray(156, 190);
  return {
    label,
    sectors: descriptor.readUInt32LE(80),
    files: readFolder(disc, extentOf(disc, root), names),
  };
}

function findDescriptor(disc: Buffer, type: number): Buffer {
  for (let at = 16 * sector; ; at += sector) {
    const descriptor = disc.subarray(at, at + sector);
    if (descriptor.toString('latin1', 1, 6) !== 'CD001') throw new Error(`no descriptor at ${at}`);
    if (descriptor[0] === type) return descriptor;
    if (descriptor[0] === 255) throw new Error(`no descriptor of type ${type}`);
  }
}

function extentOf(disc: Buffer, record: Buffer): Buffer {
  checkBothOrders32(record, 2);
  checkBothOrders32(record, 10);
  const start = record.readUInt32LE(2) * sector;
  const extent = disc.subarray(start, start + record.readUInt32LE(10));
  if (extent.length !== record.readUInt32LE(10)) throw new Error('an extent leaves the disc');
  return extent;
}

function readFolder(disc: Buffer, folder: Buffer, names: 'iso' | 'rock-ridge' | 'joliet'): IsoFile[] {
  const files: IsoFile[] = [];
  let skip = 0;
  for (let at = 0; at < folder.length && folder[at] !== 0; at += folder[at] ?? 0) {
    const record = folder.subarray(at, at + (folder[at] ?? 0));
    const nameBytes = record.subarray(33, 33 + (record[32] ?? 0));
    const useAt = 33 + nameBytes.length + ((33 + nameBytes.length) % 2);
    const isDot = nameBytes.length === 1 && (nameBytes[0] ?? 2) < 2;
    if (isDot && nameBytes[0] === 0 && names === 'rock-ridge') skip = checkSharing(disc, record.subarray(useAt));
    if (isDot) continue;
    const fields = names === 'rock-ridge' ? readSystemUse(record.subarray(useAt + skip)) : new Map<string, Buffer>();
    const name = names === 'rock-ridge' ? fields.get('NM')?.toString('latin1', 5) : text(nameBytes, names === 'joliet');
    const mode = fields.get('PX')?.readUInt32LE(4);
    files.push({ name: name ?? '', content: extentOf(disc, record), ...(mode === undefined ? {} : { mode }) });
  }
  return files;
}

function checkSharing(disc: Buffer, use: Buffer): number {
  const fields = readSystemUse(use);
  const sharing = fields.get('SP');
  if (sharing?.[4] !== 0xbe || sharing[5] !== 0xef) throw new Error('no SP field');
  const more = fields.get('CE');
  if (more === undefined) throw new Error('no CE field');
  const start = more.readUInt32LE(4) * sector + more.readUInt32LE(12);
  const extension = readSystemUse(disc.subarray(start, start + more.readUInt32LE(20))).get('ER');
  if (extension?.toString('latin1', 8, 8 + (extension[4] ?? 0)) !== 'RRIP_1991A') throw new Error('no Rock Ridge');
  return sharing[6] ?? 0;
}

function readSystemUse(bytes: Buffer): Map<string, Buffer> {
  const fields = new Map<string, Buffer>();
  for (let at = 0; at + 4 <= bytes.length && (bytes[at + 2] ?? 0) >= 4; at += bytes[at + 2] ?? 4) {
    fields.set(bytes.toString('latin1', at, at + 2), bytes.subarray(at, at + (bytes[at + 2] ?? 0)));
  }
  return fields;
}

function text(bytes: Buffer, wide: boolean): string {
  return wide ? Buffer.from(bytes).swap16().toString('utf16le') : bytes.toString('latin1');
}

function checkBothOrders32(bytes: Buffer, at: number): void {
  if (bytes.readUInt32LE(at) !== bytes.readUInt32BE(at + 4)) throw new Error(`byte orders differ at ${at}`);
}
