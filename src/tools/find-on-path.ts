import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** An ordinary user's PATH often lacks these, and mkfs and friends live there. */
export const administratorFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Every program of that name on the PATH, in its order; relative and empty entries are not followed.
 * @param more folders looked into last
 */
export function listOnPath(name: string, path: string | undefined, more: readonly string[] = []): string[] {
  const folders = [...(path ?? '').split(':').filter((folder) => isAbsolute(folder)), ...more];
  const found = folders.map((folder) => join(folder, name)).filter(isProgram);
  return [...new Set(found)];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
