import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isLocked } from './lock.ts';

export interface StoredEntry {
  kind: string;
  /** Empty for a folder that is counted as a whole. */
  key: string;
  folder: string;
  /** Bytes on the disk, holes not counted. */
  bytes: number;
  /** Milliseconds since the epoch. */
  usedAt: number;
  /** A build is making it, or a node layer that needs it. */
  inUse: boolean;
}

/** The kinds that hold layers: what is large, and made again by the next build. */
export const layerKinds = ['base', 'node'] as const;

/** Every whole layer, most recently used first. */
export async function listEntries(root: string): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  const held = await listHeldLocks(root);
  const nodeInWork = held.some((name) => name.startsWith('node-'));
  for (const kind of layerKinds) {
    for (const key of await listNames(join(root, kind))) {
      const folder = join(root, kind, key);
      const used = await stat(join(folder, 'entry.json')).catch(() => undefined);
      const inUse = held.includes(`${kind}-${key}.lock`) || (kind === 'base' && nodeInWork);
      if (used !== undefined)
        entries.push({ kind, key, folder, bytes: await diskBytes(folder), usedAt: used.mtimeMs, inUse });
    }
  }
  return entries.sort((a, b) => b.usedAt - a.usedAt);
}

/** What else is in the cache folder, a row per folder: tools, downloads, notes. It is small, so it stays when layers are pruned. */
export async function listOthers(root: string): Promise<StoredEntry[]> {
  const others: StoredEntry[] = [];
  for (const kind of (await listNames(root)).sort()) {
    const folder = join(root, kind);
    const stats = await stat(folder).catch(() => undefined);
    if (!stats?.isDirectory() || (layerKinds as readonly string[]).includes(kind)) continue;
    others.push({ kind, key: '', folder, bytes: await diskBytes(folder), usedAt: stats.mtimeMs, inUse: false });
  }
  return others;
}

/**
 * Temporary folders whose makers are gone (`kill -9` of hnf and its reaper, a power cut). Who makes an entry holds a lock of its kind from
 * before the folder is there until after it has gone; so folders are listed before locks.
 */
export async function listAbandoned(root: string): Promise<StoredEntry[]> {
  const names = await listNames(join(root, 'tmp'));
  const held = await listHeldLocks(root);
  const abandoned: StoredEntry[] = [];
  for (const key of names) {
    const kind = key.replace(/-[^-]*$/, '');
    if (held.some((lock) => lock.startsWith(`${kind}-`))) continue;
    const folder = join(root, 'tmp', key);
    const usedAt = await stat(folder).then(
      (stats) => stats.mtimeMs,
      () => 0,
    );
    abandoned.push({ kind: 'tmp', key, folder, bytes: await diskBytes(folder), usedAt, inUse: false });
  }
  return abandoned;
}

/** What has to go so that the rest fits: the least recently used entries, never the newest of its kind or one in use. Pure. */
export function planPrune(entries: readonly StoredEntry[], maxBytes: number): StoredEntry[] {
  const newest = new Set<StoredEntry>();
  for (const kind of layerKinds) {
    const entry = entries.find((candidate) => candidate.kind === kind);
    if (entry !== undefined && maxBytes > 0) newest.add(entry);
  }
  let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const doomed: StoredEntry[] = [];
  for (const entry of [...entries].reverse()) {
    if (total <= maxBytes) break;
    if (newest.has(entry) || entry.inUse) continue;
    doomed.push(entry);
    total -= entry.bytes;
  }
  return doomed;
}

export async function applyPrune(doomed: readonly StoredEntry[]): Promise<void> {
  for (const entry of doomed) await rm(entry.folder, { recursive: true, force: true });
}

/** A lock that cannot be judged counts as held. */
async function listHeldLocks(root: string): Promise<string[]> {
  const names = (await listNames(join(root, 'locks'))).filter((name) => name.endsWith('.lock'));
  const held = await Promise.all(names.map((name) => isLocked(join(root, 'locks', name)).catch(() => true)));
  return names.filter((_, index) => held[index]);
}

function listNames(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** What goes away while it is counted counts nothing. */
async function diskBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const stats = await stat(join(folder, name)).catch(() => undefined);
    if (stats?.isFile()) bytes += stats.blocks * 512;
  }
  return bytes;
}
