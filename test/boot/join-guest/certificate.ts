import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createExec } from '../../../src/core/exec.ts';
import type { PayloadFile } from '../../../src/guestinfo/types.ts';

/** A certificate for IAM Roles Anywhere, good for nodeadm's check of the NodeConfig, and its key. */
export async function makeCertificate(name: string, folder: string): Promise<PayloadFile[]> {
  await mkdir(folder, { recursive: true });
  const [certificate, key] = [join(folder, 'server.pem'), join(folder, 'server.key')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'];
  // The guest's clock may be behind: nodeadm refuses what is not valid yet.
  await createExec().run(
    'openssl',
    ['req', '-x509', ...kind, '-subj', `/CN=${name}`, '-keyout', key, '-out', certificate],
    { timeoutMs: 60_000 },
  );
  return [
    { path: '/etc/iam/pki/server.pem', mode: 0o644, content: await readFile(certificate, 'utf8') },
    { path: '/etc/iam/pki/server.key', mode: 0o600, content: await readFile(key, 'utf8') },
  ];
}
