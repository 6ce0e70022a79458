/** A name by which QEMU opens a VMDK where it lies inside an OVA: `-drive file=…`, `qemu-img compare …`. Read only by nature. */
export function qemuMemberFilename(ovaPath: string, offsetBytes: number, sizeBytes: number): string {
  const file = { driver: 'file', filename: ovaPath };
  return `json:${JSON.stringify({ driver: 'vmdk', file: { driver: 'raw', offset: offsetBytes, size: sizeBytes, file } })}`;
}
