import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLogins } from '../../src/cli/read-logins.ts';
import { SecretRegistry } from '../../src/core/secrets.ts';

const auths = { 'registry.example': { auth: Buffer.from('joe:hunter22').toString('base64') } };

function world(env: Readonly<Record<string, string>>) {
  return { env, secrets: new SecretRegistry() };
}

describe('cli/read-logins', () => {
  it('reads the file that is named, else that of docker, else none', async () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    expect((await readLogins(world({ HOME: home }))).size).toBe(0);
    mkdirSync(join(home, '.docker'));
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ auths }));
    const here = world({ HOME: home });
    const logins = await readLogins(here);
    expect(logins.get('registry.example')).toEqual({ username: 'joe', password: 'hunter22' });
    expect(here.secrets.redact('it was hunter22')).not.toContain('hunter22');
    const other = join(home, 'auth.json');
    writeFileSync(other, '{"auths":{}}');
    expect((await readLogins(world({ HOME: home, REGISTRY_AUTH_FILE: other }))).size).toBe(0);
    expect((await readLogins(world({ HOME: '/nowhere', DOCKER_CONFIG: join(home, '.docker') }))).size).toBe(1);
  });

  it('says when the file that was named is not there, or none', async () => {
    const missing = readLogins(world({ REGISTRY_AUTH_FILE: '/nowhere/auth.json' }));
    await expect(missing).rejects.toThrow(/REGISTRY_AUTH_FILE names '\/nowhere\/auth.json'/);
    const file = join(mkdtempSync(join(tmpdir(), 'auth-')), 'auth.json');
    writeFileSync(file, 'hunter22');
    await expect(readLogins(world({ REGISTRY_AUTH_FILE: file }))).rejects.toThrow(/is not JSON$/);
  });
});
