import { z } from 'zod';
import { FactoryError } from '../../core/errors.ts';

export interface RegistryLogin {
  username: string;
  password: string;
}

const DockerConfig = z.object({ auths: z.record(z.string(), z.object({ auth: z.string().optional() })).optional() });

/**
 * Logins as `docker login`, `podman login` and `aws ecr get-login-password | … login` leave them: registry → login. Helpers that keep
 * them elsewhere are not asked.
 * @throws FactoryError `input.invalid` for a file that is none
 */
export function parseLogins(text: string, where: string): Map<string, RegistryLogin> {
  const parsed = DockerConfig.safeParse(parseJson(text, where));
  if (!parsed.success) throw new FactoryError('input.invalid', `'${where}' is no file of registry logins`);
  const logins = new Map<string, RegistryLogin>();
  for (const [address, { auth }] of Object.entries(parsed.data.auths ?? {})) {
    const plain = Buffer.from(auth ?? '', 'base64').toString('utf8');
    const colon = plain.indexOf(':');
    if (colon < 1) continue;
    logins.set(hostOf(address), { username: plain.slice(0, colon), password: plain.slice(colon + 1) });
  }
  return logins;
}

/** Docker writes its own registry as `https://index.docker.io/v1/`. */
function hostOf(address: string): string {
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'index.docker.io' ? 'docker.io' : host;
}

export function basicHeader({ username, password }: RegistryLogin): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Never the text itself: it holds passwords.
    throw new FactoryError('input.invalid', `'${where}' is not JSON`, { cause });
  }
}
