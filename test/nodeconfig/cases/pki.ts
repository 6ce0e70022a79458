import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keys = newKeys();
const others = newKeys();
const year = (offset: number) => new Date(Date.now() + offset * 365 * 86_400_000);
const pkcs8 = ({ privateKey }: { privateKey: KeyObject }) =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const server = makeCertificate({ name: 'edge-1', keys, from: year(-1), to: year(1) });
const authority = makeCertificate({ name: 'kubernetes', keys: others, from: year(-1), to: year(10), ca: true });

export const privateKeyPem = pkcs8(others);
export const certificateAuthority = btoa(authority);

const files: Readonly<Record<string, string>> = {
  'server.pem': server,
  'server.key': pkcs8(keys),
  'other.key': privateKeyPem,
  'chain.pem': server + authority,
  'expired.pem': makeCertificate({ name: 'edge-1', keys, from: year(-2), to: year(-1) }),
  'future.pem': makeCertificate({ name: 'edge-1', keys, from: year(1), to: year(2) }),
  'ca.pem': makeCertificate({ name: 'ca', keys, from: year(-1), to: year(1), ca: true }),
  'ca.key': pkcs8(keys),
  'text.pem': 'no certificate\n',
  'damaged.pem': server.replace(/(?<=-----\n)...../, 'AAAAA'),
  'encrypted.key': keys.privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString(),
  'a key.key': pkcs8(keys),
};

/** A folder with all of them, for `{pki}`. */
export function makePki(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pki-'));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    chmodSync(join(folder, name), 0o600);
  }
  return folder;
}
