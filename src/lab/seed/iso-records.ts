import { ascii, setBoth16, setBoth32, viewOf } from './iso-bytes.ts';

/** Fixed, so that equal files give equal bytes: 2000-01-01T00:00:00Z as a directory record has it. */
const recordDate = [100, 1, 1, 0, 0, 0, 0];

export interface RecordFields {
  /** As on the disc: `USER_DAT.;1`, UCS-2 for Joliet, or one byte 0 and 1 for `.` and `..`. */
  name: Uint8Array;
  sector: number;
  bytes: number;
  isFolder: boolean;
  /** Rock Ridge fields, appended to the record. */
  systemUse?: Uint8Array;
}

/** ECMA-119 9.1: a directory record. */
export function buildRecord(fields: RecordFields): Uint8Array {
  const systemUse = fields.systemUse ?? new Uint8Array();
  const nameEnd = 33 + fields.name.length;
  const useAt = nameEnd + (nameEnd % 2);
  const record = new Uint8Array(useAt + systemUse.length + (systemUse.length % 2));
  const view = viewOf(record);
  record[0] = record.length;
  setBoth32(view, 2, fields.sector);
  setBoth32(view, 10, fields.bytes);
  record.set(recordDate, 18);
  record[25] = fields.isFolder ? 2 : 0;
  setBoth16(view, 28, 1);
  record[32] = fields.name.length;
  record.set(fields.name, 33);
  record.set(systemUse, useAt);
  return record;
}

/** Rock Ridge for the root's `.`: SP (sharing protocol), ER (which extension), PX. */
export function rockRidgeRoot(continuation: { sector: number; bytes: number }): Uint8Array {
  const sharing = Uint8Array.of(0x53, 0x50, 7, 1, 0xbe, 0xef, 0);
  const ce = new Uint8Array(28);
  ce.set([0x43, 0x45, 28, 1]);
  setBoth32(viewOf(ce), 4, continuation.sector);
  setBoth32(viewOf(ce), 20, continuation.bytes);
  return joined([sharing, rockRidgeMode(0o040555, 2), ce]);
}

/** The ER field lies in a continuation area: it is too long for the record of `.`. */
export function rockRidgeExtension(): Uint8Array {
  const id = ascii('RRIP_1991A');
  const description = ascii('THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS');
  const source = ascii('SEE PUBLISHER IDENTIFICATION IN PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION');
  const length = 8 + id.length + description.length + source.length;
  const head = Uint8Array.of(0x45, 0x52, length, 1, id.length, description.length, source.length, 1);
  return joined([head, id, description, source]);
}

/** Rock Ridge for a file: PX (mode 0444) and NM (the name as it is). */
export function rockRidgeFile(name: string): Uint8Array {
  const text = ascii(name);
  const alternate = joined([Uint8Array.of(0x4e, 0x4d, 5 + text.length, 1, 0), text]);
  return joined([rockRidgeMode(0o100444, 1), alternate]);
}

export function rockRidgeMode(mode: number, links: number): Uint8Array {
  const field = new Uint8Array(36);
  field.set([0x50, 0x58, 36, 1]);
  setBoth32(viewOf(field), 4, mode);
  setBoth32(viewOf(field), 12, links);
  return field;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
