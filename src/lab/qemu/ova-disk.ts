import { FactoryError } from '../../core/errors.ts';

const blockBytes = 512;
const maxMembers = 1000;

export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/**
 * Where the first VMDK of an OVA (a tar) lies.
 * @throws FactoryError `input.invalid` when there is none, or the file ends before it does
 */
export async function findOvaDisk(
  readAt: ReadAt,
  fileBytes: number,
  name: string,
): Promise<{ offset: number; size: number }> {
  let offset = 0;
  for (let member = 0; member < maxMembers && offset + blockBytes <= fileBytes; member += 1) {
    const header = await readAt(offset, blockBytes);
    if (header.every((byte) => byte === 0)) break;
    const size = parseTarSize(header.subarray(124, 136));
    const memberName = header.subarray(0, 100).toString('utf8').replace(/\0.*$/s, '');
    if (size === undefined) throw new FactoryError('input.invalid', `'${name}' has a damaged tar header at ${offset}`);
    offset += blockBytes;
    if (memberName.endsWith('.vmdk')) {
      if (offset + size <= fileBytes) return { offset, size };
      throw new FactoryError('input.invalid', `'${name}' is cut off: it ends inside '${memberName}'`);
    }
    offset += Math.ceil(size / blockBytes) * blockBytes;
  }
  throw new FactoryError('input.invalid', `'${name}' is a tar without a .vmdk in it`, {
    hint: 'An OVA has an .ovf and at least one .vmdk.',
  });
}

/** Octal text, or base 256 with the top bit set (GNU, for members of 8 GiB and more). */
function parseTarSize(field: Buffer): number | undefined {
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const value = field.subarray(4).readBigUInt64BE();
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
  }
  const text = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}
