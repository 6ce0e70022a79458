import { FactoryError } from '../../core/errors.ts';
import { ascii, sectorBytes, sectorsOf, ucs2 } from './iso-bytes.ts';
import { buildRecord, joined, rockRidgeExtension, rockRidgeFile, rockRidgeMode, rockRidgeRoot } from './iso-records.ts';
import { buildPathTable, buildTerminator, buildVolumeDescriptor } from './iso-volume.ts';

export interface SeedFile {
  /** In the top folder, e.g. `user-data`; letters, digits, `.`, `_`, `-`. */
  name: string;
  content: string | Uint8Array;
}

/** Fixed places before the files' data; one sector each. */
const layout = {
  primary: 16,
  joliet: 17,
  terminator: 18,
  primaryTables: { little: 19, big: 20 },
  jolietTables: { little: 21, big: 22 },
  primaryRoot: 23,
  jolietRoot: 24,
  continuation: 25,
  data: 26,
} as const;
const pathTableBytes = 10;
/** 150 sectors (300 KiB) is what drives and their readers expect at least behind the data. */
const trailingSectors = 150;

interface Placed {
  name: string;
  shortName: string;
  bytes: Uint8Array;
  sector: number;
}

/**
 * An ISO 9660 image with one folder, names by Rock Ridge and Joliet. Equal input, equal bytes.
 * @param label volume label, at most 16 characters: `cidata` for cloud-init's NoCloud, `OEMDRV` for Anaconda
 * @throws FactoryError `input.invalid` for a name or a label that does not fit, or too many files
 */
export function buildSeedIso(files: readonly SeedFile[], label: string): Uint8Array {
  checkNames(files, label);
  const placed = placeFiles(files);
  const dataEnd = Math.max(layout.data, ...placed.map((file) => file.sector + sectorsOf(file.bytes.length)));
  const sectors = dataEnd + trailingSectors;
  const extension = rockRidgeExtension();
  const image = new Uint8Array(sectors * sectorBytes);
  const put = (sector: number, bytes: Uint8Array) => image.set(bytes, sector * sectorBytes);

  for (const kind of ['primary', 'joliet'] as const) {
    const rootSector = kind === 'primary' ? layout.primaryRoot : layout.jolietRoot;
    const tables = kind === 'primary' ? layout.primaryTables : layout.jolietTables;
    const root = { sector: rootSector, bytes: sectorBytes };
    put(
      layout[kind],
      buildVolumeDescriptor({ kind, label, sectors, root, pathTables: { bytes: pathTableBytes, ...tables } }),
    );
    put(tables.little, buildPathTable(rootSector, true));
    put(tables.big, buildPathTable(rootSector, false));
    put(rootSector, buildRoot(kind, rootSector, placed, extension.length));
  }
  put(layout.terminator, buildTerminator());
  put(layout.continuation, extension);
  for (const file of placed) put(file.sector, file.bytes);
  return image;
}

function placeFiles(files: readonly SeedFile[]): Placed[] {
  let sector: number = layout.data;
  return files.map((file, index) => {
    const bytes = typeof file.content === 'string' ? new Uint8Array(Buffer.from(file.content)) : file.content;
    const placed = { name: file.name, shortName: shortName(file.name, index), bytes, sector };
    sector += sectorsOf(bytes.length);
    return placed;
  });
}

/** ISO 9660 level 1: 8.3 in capitals. The number keeps names apart; everybody reads the long ones. */
function shortName(name: string, index: number): string {
  const base = name
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '_')
    .slice(0, 5);
  return `${base}${String(index).padStart(3, '0')}.;1`;
}

function buildRoot(
  kind: 'primary' | 'joliet',
  sector: number,
  files: readonly Placed[],
  extensionBytes: number,
): Uint8Array {
  const rockRidge = kind === 'primary';
  const self = { sector, bytes: sectorBytes, isFolder: true };
  const continuation = { sector: layout.continuation, bytes: extensionBytes };
  const dot = { ...self, name: Uint8Array.of(0), ...(rockRidge ? { systemUse: rockRidgeRoot(continuation) } : {}) };
  const up = { ...self, name: Uint8Array.of(1), ...(rockRidge ? { systemUse: rockRidgeMode(0o040555, 2) } : {}) };
  const byName = files.toSorted((a, b) => compare(rockRidge ? a.shortName : a.name, rockRidge ? b.shortName : b.name));
  const records = byName.map((file) => ({
    name: rockRidge ? ascii(file.shortName) : ucs2(file.name),
    sector: file.sector,
    bytes: file.bytes.length,
    isFolder: false,
    ...(rockRidge ? { systemUse: rockRidgeFile(file.name) } : {}),
  }));
  const folder = joined([dot, up, ...records].map(buildRecord));
  if (folder.length <= sectorBytes) return folder;
  throw new FactoryError('input.invalid', `${files.length} files do not fit into a seed; about ten do`);
}

function checkNames(files: readonly SeedFile[], label: string): void {
  if (!/^[A-Za-z0-9_-]{1,16}$/.test(label)) {
    throw new FactoryError('input.invalid', `'${label}' is no label for a seed; accepted: 1 to 16 of A-Z a-z 0-9 _ -`);
  }
  const seen = new Set<string>();
  for (const { name } of files) {
    if (!/^[A-Za-z0-9._-]{1,60}$/.test(name) || name === '.' || name === '..') {
      throw new FactoryError('input.invalid', `'${name}' is no name for a file of a seed; accepted: A-Z a-z 0-9 . _ -`);
    }
    if (seen.has(name)) throw new FactoryError('input.invalid', `'${name}' is twice in the seed`);
    seen.add(name);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
