import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createExec } from '../../../src/core/exec.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import type { PayloadFile } from '../../../src/guestinfo/types.ts';
import { cacheFolder } from '../../helpers/need-tools.ts';

/** A certificate for IAM Roles Anywhere, good for nodeadm's check of the NodeConfig, and its key; the same ones each time, so that boots compare. */
export async function makeCertificate(name: string): Promise<PayloadFile[]> {
  const context = { log: silentLog, signal: new AbortController().signal };
  const { folder } = await new Store(cacheFolder()).provide('test-certificate', name, context, async (made) => {
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'];
    const files = ['-keyout', join(made, 'server.key'), '-out', join(made, 'server.pem')];
    // The guest's clock may be behind: nodeadm refuses what is not valid yet.
    await createExec().run('openssl', ['req', '-x509', ...kind, '-subj', `/CN=${name}`, ...files], {
      timeoutMs: 60_000,
    });
    return { name };
  });
  return [
    { path: '/etc/iam/pki/server.pem', mode: 0o644, content: await readFile(join(folder, 'server.pem'), 'utf8') },
    { path: '/etc/iam/pki/server.key', mode: 0o600, content: await readFile(join(folder, 'server.key'), 'utf8') },
  ];
}
