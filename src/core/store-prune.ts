import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface StoredEntry {
  kind: string;
  key: string;
  folder: string;
  /** Bytes on the disk, holes not counted. */
  bytes: number;
  /** Milliseconds since the epoch. */
  usedAt: number;
  /** A build is making it, or a node layer that needs it. */
  inUse: boolean;
}

/** The kinds that hold layers; locks, notes and temporary folders are not among them. */
export const layerKinds = ['base', 'node'] as const;

/** Every whole entry, most recently used first. */
export async function listEntries(root: string): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  const locks = await readdir(join(root, 'locks')).catch((): string[] => []);
  const nodeInWork = locks.some((name) => name.startsWith('node-'));
  for (const kind of layerKinds) {
    for (const key of await readdir(join(root, kind)).catch(() => [])) {
      const folder = join(root, kind, key);
      const used = await stat(join(folder, 'entry.json')).catch(() => undefined);
      const inUse = locks.includes(`${kind}-${key}.lock`) || (kind === 'base' && nodeInWork);
      if (used !== undefined)
        entries.push({ kind, key, folder, bytes: await diskBytes(folder), usedAt: used.mtimeMs, inUse });
    }
  }
  return entries.sort((a, b) => b.usedAt - a.usedAt);
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

async function diskBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).blocks * 512;
  return bytes;
}
