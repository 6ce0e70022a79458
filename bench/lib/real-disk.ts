import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../../src/core/exec.ts';
import { GiB, MiB } from '../../src/core/sizes.ts';

/** A mix as on a node: programs, libraries, data, texts. */
const folders = ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/share'];
const budgetBytes = 600 * MiB;
const largestBytes = 25 * MiB;

/** Makes a 4 GiB ext4 disk with about 600 MiB of this machine's own files; nothing is mounted. */
export async function makeRealDisk(exec: Exec, folder: string): Promise<string> {
  const tree = join(folder, 'tree');
  for (const source of folders) await copyUpTo(source, join(tree, source), budgetBytes / folders.length);
  const path = join(folder, 'disk.raw');
  const args = ['-q', '-F', '-d', tree, path, `${(4 * GiB) / 1024}`];
  await exec.run('/usr/sbin/mkfs.ext4', args, { timeoutMs: 300_000 });
  return path;
}

/** Copies files (no links) in order of their names until the budget is used up; returns what is left of it. */
async function copyUpTo(from: string, to: string, budget: number): Promise<number> {
  let left = budget;
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  await mkdir(to, { recursive: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (left <= 0) return left;
    const source = join(from, entry.name);
    if (entry.isDirectory()) left = await copyUpTo(source, join(to, entry.name), left);
    if (!entry.isFile()) continue;
    const { size } = await stat(source);
    if (size > largestBytes) continue;
    await cp(source, join(to, entry.name)).catch(() => {});
    left -= size;
  }
  return left;
}
