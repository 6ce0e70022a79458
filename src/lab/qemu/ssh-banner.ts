import { connect, createServer } from 'node:net';
import { FactoryError } from '../../core/errors.ts';
import type { RunningVm } from './running-vm.ts';

const tries = 5;
const bannerTimeoutMs = 4000;

/**
 * Forwards a free port of 127.0.0.1 to the guest's port 22 and gives its number. Asked for while the machine runs, so that a port
 * somebody else takes in between costs only another try.
 * @throws FactoryError `exec.failed`
 */
export async function forwardSsh(vm: RunningVm, nicId: string): Promise<number> {
  let refusal = '';
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const port = await findFreePort();
    const line = `hostfwd_add ${nicId} tcp:127.0.0.1:${port}-:22`;
    refusal = String(await vm.qmp.execute('human-monitor-command', { 'command-line': line })).trim();
    if (refusal === '') return port;
  }
  throw new FactoryError('exec.failed', `QEMU could not forward a port to the guest: ${refusal}`);
}

/** What an SSH server says first, e.g. `SSH-2.0-OpenSSH_9.2p1`; undefined while there is none (QEMU itself accepts at once). */
export function findSshBanner(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port, timeout: bannerTimeoutMs });
    const end = (banner: string | undefined) => {
      socket.destroy();
      resolve(banner);
    };
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const banner = /^(SSH-[\x20-\x7e]*)\r?\n/m.exec(text)?.[1];
      if (banner !== undefined || text.length > 4096) end(banner);
    });
    socket.on('error', () => end(undefined));
    socket.on('timeout', () => end(undefined));
    socket.on('close', () => end(undefined));
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()));
    });
  });
}
