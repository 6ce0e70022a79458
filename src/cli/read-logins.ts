import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hasErrno } from '../core/errors.ts';
import { parseLogins, type RegistryLogin } from '../mirror/oci/credentials.ts';
import type { CommandContext } from './command.ts';

/** Registry logins of this user: REGISTRY_AUTH_FILE, or config.json in DOCKER_CONFIG or ~/.docker. Passwords never show in output. */
export async function readLogins({ env, secrets }: Pick<CommandContext, 'env' | 'secrets'>) {
  const docker = env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
  const path = env['REGISTRY_AUTH_FILE'] || join(docker, 'config.json');
  try {
    const logins = parseLogins(await readFile(path, 'utf8'), path);
    for (const { password } of logins.values()) secrets.add(password);
    return logins;
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || hasErrno(error, 'ENOTDIR')) return new Map<string, RegistryLogin>();
    throw error;
  }
}
