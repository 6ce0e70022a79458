import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FactoryError, hasErrno } from '../core/errors.ts';
import { parseLogins, type RegistryLogin } from '../mirror/oci/credentials.ts';
import type { CommandContext } from './command.ts';

/**
 * Registry logins of this user: REGISTRY_AUTH_FILE, or config.json in DOCKER_CONFIG or ~/.docker. Passwords never show in output.
 * @throws FactoryError `input.not-found` when REGISTRY_AUTH_FILE names no file, `input.invalid`
 */
export async function readLogins({ env, secrets }: Pick<CommandContext, 'env' | 'secrets'>) {
  const docker = env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
  const given = env['REGISTRY_AUTH_FILE'];
  const path = given || join(docker, 'config.json');
  try {
    const logins = parseLogins(await readFile(path, 'utf8'), path);
    for (const { password } of logins.values()) secrets.add(password);
    return logins;
  } catch (error) {
    if (!hasErrno(error, 'ENOENT') && !hasErrno(error, 'ENOTDIR')) throw error;
    if (!given) return new Map<string, RegistryLogin>();
    throw new FactoryError('input.not-found', `REGISTRY_AUTH_FILE names '${given}', which is not there`, {
      hint: 'Correct it, or unset it.',
      cause: error,
    });
  }
}
