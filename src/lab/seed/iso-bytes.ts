/** ISO 9660's ways to write a number: both byte orders one after the other. */

export const sectorBytes = 2048;

export function setBoth16(view: DataView, offset: number, value: number): void {
  view.setUint16(offset, value, true);
  view.setUint16(offset + 2, value, false);
}

export function setBoth32(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value, true);
  view.setUint32(offset + 4, value, false);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Joliet's names: UCS-2, big endian. */
export function ucs2(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf16le').swap16());
}

/** Text padded with spaces, cut at `length`. */
export function padded(text: Uint8Array, length: number, space: Uint8Array): Uint8Array {
  const field = new Uint8Array(length);
  for (let at = 0; at + space.length <= length; at += space.length) field.set(space, at);
  field.set(text.subarray(0, length));
  return field;
}

export function sectorsOf(bytes: number): number {
  return Math.ceil(bytes / sectorBytes);
}
