import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where layers, tools and notes are kept: HNF_CACHE_DIR, else under XDG_CACHE_HOME, else `~/.cache`. Pure but for the home folder. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, cwd: string): string {
  const given = env['HNF_CACHE_DIR'];
  if (given !== undefined && given !== '') return isAbsolute(given) ? given : resolve(cwd, given);
  const root = env['XDG_CACHE_HOME'];
  return join(root === undefined || root === '' ? join(homedir(), '.cache') : root, 'hybrid-node-factory');
}
