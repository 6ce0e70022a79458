import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeOwner, isOwnerAlive, nobody, type Owner } from './owner.ts';
import { processReaper } from './reaper.ts';

const noteName = '.hnf-owner';
const ours = /^\.?hnf[a-z-]*-[A-Za-z0-9]{6}$/;

/** Whether folders of this prefix are hnf's own working folders; others become something that must have nothing else in it. */
export function isSweptPrefix(prefix: string): boolean {
  return ours.test(`${prefix}-XXXXXX`);
}

/** Says in the folder whose it is. */
export async function claimFolder(folder: string): Promise<void> {
  await writeFile(join(folder, noteName), JSON.stringify(describeOwner()), { mode: 0o600 });
}

/**
 * Removes what was left behind when hnf and its reaper were both killed: working folders of this user's in `parent` that name an owner
 * who is dead. A folder without a note, of another user or of a machine that cannot be asked stays. Never throws.
 */
export async function sweepFolders(parent: string): Promise<void> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const folder = join(parent, entry.name);
    if (!entry.isDirectory() || !ours.test(entry.name) || !(await isAbandoned(folder))) continue;
    // What cannot be removed so easily, such as folders without write permission, the reaper removes when hnf ends.
    await rm(folder, { recursive: true, force: true }).catch(() => processReaper.addPath(folder));
  }
}

async function isAbandoned(folder: string): Promise<boolean> {
  try {
    const { uid } = await lstat(folder);
    if (uid !== process.getuid?.()) return false;
    const owner: Owner = {
      ...nobody(),
      ...(JSON.parse(await readFile(join(folder, noteName), 'utf8')) as Partial<Owner>),
    };
    return !isOwnerAlive(owner);
  } catch {
    return false;
  }
}
