import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../core/errors.ts';
import { findText } from '../core/files.ts';
import { sha256File } from '../core/hash.ts';
import { checkInterrupted } from '../core/interrupt.ts';
import { checksumText, itemPath, type MirrorItem } from './inventory.ts';
import { inventoryFileName, type Mirror, manifestFileName, readMirror } from './inventory-file.ts';
import { findInventoryGaps } from './inventory-gaps.ts';
import { buildReleaseManifest } from './release-manifest.ts';

export interface MirrorFinding {
  /** Path inside the mirror. */
  path: string;
  severity: 'error' | 'warning';
  code:
    | 'file.missing'
    | 'file.size'
    | 'file.checksum'
    | 'checksum.missing'
    | 'checksum.differs'
    | 'gzip.missing'
    | 'gzip.damaged'
    | 'manifest.missing'
    | 'manifest.differs'
    | 'inventory.gap'
    | 'file.unlisted';
  message: string;
}

export interface MirrorVerdict {
  folder: string;
  baseUrl: string;
  /** Files of the inventory that were read in full. */
  files: number;
  bytes: number;
  /** False when there is an error among the findings. */
  whole: boolean;
  findings: readonly MirrorFinding[];
}

/**
 * Reads every file of a mirror and reports everything that is wrong at once.
 * @throws FactoryError `input.not-found` or `input.invalid` when the folder is no mirror (see readMirror), `interrupted`.
 */
export async function verifyMirror(folder: string, signal?: AbortSignal): Promise<MirrorVerdict> {
  const mirror = await readMirror(folder);
  const findings: MirrorFinding[] = [];
  for (const item of mirror.inventory.items) {
    checkInterrupted(signal);
    findings.push(...(await verifyItem(item, signal)));
  }
  for (const message of findInventoryGaps(mirror.inventory)) {
    findings.push({ path: inventoryFileName, severity: 'error', code: 'inventory.gap', message });
  }
  findings.push(...(await verifyManifest(mirror)), ...(await findUnlisted(mirror)));
  return {
    folder,
    baseUrl: mirror.baseUrl,
    files: mirror.inventory.items.length,
    bytes: mirror.inventory.items.reduce((total, item) => total + item.bytes, 0),
    whole: findings.every((finding) => finding.severity !== 'error'),
    findings,
  };
}

async function verifyItem(item: MirrorItem, signal: AbortSignal | undefined): Promise<MirrorFinding[]> {
  const path = itemPath(item);
  const error = (code: MirrorFinding['code'], message: string, at = path): MirrorFinding[] => [
    { path: at, severity: 'error', code, message },
  ];
  return [
    ...(await verifyBytes(item, error, signal)),
    ...(await verifyChecksumFile(item, error)),
    ...(item.gzip ? await verifyGzip(item, error, signal) : []),
  ];
}

type Report = (code: MirrorFinding['code'], message: string, at?: string) => MirrorFinding[];

async function verifyBytes(item: MirrorItem, error: Report, signal: AbortSignal | undefined): Promise<MirrorFinding[]> {
  const stats = await stat(item.file).catch(() => undefined);
  if (stats === undefined || !stats.isFile()) return error('file.missing', 'the file is missing');
  if (stats.size !== item.bytes) {
    return error('file.size', `has ${stats.size} bytes, the inventory says ${item.bytes}`);
  }
  const found = await sha256File(item.file, signal);
  return found === item.sha256 ? [] : error('file.checksum', `has SHA-256 ${found}, the inventory says ${item.sha256}`);
}

async function verifyChecksumFile(item: MirrorItem, error: Report): Promise<MirrorFinding[]> {
  const at = `${itemPath(item)}.sha256`;
  const text = await findText(`${item.file}.sha256`);
  if (text === undefined) return error('checksum.missing', 'the checksum file is missing', at);
  const expected = checksumText(item);
  if (text === expected) return [];
  const message = `holds '${text.trim().slice(0, 120)}', expected is '${expected.trim()}'`;
  return error('checksum.differs', message, at);
}

async function verifyGzip(item: MirrorItem, error: Report, signal: AbortSignal | undefined): Promise<MirrorFinding[]> {
  const at = `${itemPath(item)}.gz`;
  const file = `${item.file}.gz`;
  if ((await stat(file).catch(() => undefined)) === undefined) return error('gzip.missing', 'the file is missing', at);
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), createGunzip(), hash, signal === undefined ? {} : { signal });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    return error('gzip.damaged', `cannot be unpacked: ${messageOf(cause)}`, at);
  }
  const found = hash.digest('hex');
  return found === item.sha256 ? [] : error('gzip.damaged', `unpacks to SHA-256 ${found}, not ${item.sha256}`, at);
}

async function verifyManifest(mirror: Mirror): Promise<MirrorFinding[]> {
  const path = manifestFileName;
  const text = await findText(join(mirror.folder, path));
  if (text === undefined) {
    return [{ path, severity: 'error', code: 'manifest.missing', message: 'the release manifest is missing' }];
  }
  if (text === buildReleaseManifest(mirror.inventory, mirror.baseUrl)) return [];
  const message = `is not the one for ${mirror.baseUrl}; run \`hnf mirror sync\` again with the right --base-url`;
  return [{ path, severity: 'error', code: 'manifest.differs', message }];
}

/** Files nobody listed do no harm, but a person should know of them. */
async function findUnlisted(mirror: Mirror): Promise<MirrorFinding[]> {
  const listed = new Set([inventoryFileName, manifestFileName]);
  for (const item of mirror.inventory.items) {
    for (const suffix of ['', '.sha256', item.gzip ? '.gz' : '']) listed.add(`${itemPath(item)}${suffix}`);
  }
  const findings: MirrorFinding[] = [];
  for (const top of ['artifacts', 'nodeadm']) {
    const entries = await readdir(join(mirror.folder, top), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((candidate) => !candidate.isDirectory())) {
      const path = join(entry.parentPath, entry.name).slice(join(mirror.folder, '/').length);
      if (listed.has(path)) continue;
      findings.push({ path, severity: 'warning', code: 'file.unlisted', message: 'is not in the inventory' });
    }
  }
  return findings.sort((a, b) => (a.path < b.path ? -1 : 1));
}
