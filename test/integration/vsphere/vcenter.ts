import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { createExec } from '../../../src/core/exec.ts';
import { GiB } from '../../../src/core/sizes.ts';
import { writeVmdk } from '../../../src/formats/vmdk-writer.ts';
import { makeDisk } from '../../formats/sample.ts';
import { waitFor } from '../../helpers/wait.ts';
import { type Needed, need } from './need.ts';

const exec = createExec();
const password = 'not-a-secret-of-anybody';

/** One thing a guest of the simulator was told or did. */
export interface GuestEvent {
  machine: string;
  what: 'power on' | 'power off' | 'off by itself' | 'keys' | 'login' | 'command';
  cds?: string[];
  keys?: { usage: number; shift: boolean }[];
  user?: string;
  command?: string;
  script?: string;
}

/** A simulated vCenter: real Packer, real plugin and real govc talk to it as to a real one. Its guests are a stand-in (guest.go). */
export interface Vcenter {
  /** Environment of a person who works with it: the seeds' variables. */
  env: Record<string, string>;
  govc(...args: string[]): Promise<string>;
  /** Files in the datastore's packer_cache folder. */
  cache(): Promise<string[]>;
  /** User agents of the sessions that are open, govc's own of this test left out. */
  sessions(): Promise<string[]>;
  machines(): Promise<string[]>;
  guest(): GuestEvent[];
  stop(): Promise<void>;
}

/** The programs of a build on a vCenter. */
export function needVcenter(): Promise<Needed> {
  return need(['vcsim', 'govc', 'packer', 'packer-plugin-vsphere', 'xorriso']);
}

const contents = {
  os: 'ubuntu 24.04',
  kernel: '6.8.0-45-generic',
  packages: [{ type: 'deb', name: 'cloud-init', version: '24.1', arch: 'all' }],
  programs: [{ name: 'nodeadm', path: '/usr/local/bin/nodeadm', version: '1.0.19', sha256: 'a'.repeat(64) }],
};

/** `flags` are vcsim's. */
export async function startVcenter({ paths }: Needed, flags: readonly string[] = []): Promise<Vcenter> {
  const { vcsim = '', govc: govcPath = '' } = paths;
  const folder = mkdtempSync(join(tmpdir(), 'vcenter-'));
  const guestPort = await findFreePort();
  for (const path of ['guest/tmp', 'guest/run/hnf', 'govc']) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'guest/run/hnf/contents.json'), JSON.stringify(contents));
  writeFileSync(join(folder, 'password'), password);
  const guest = ['-guest', `127.0.0.1:${guestPort}`, '-guest-files', join(folder, 'guest')];
  const log = join(folder, 'guest.log');
  const login = ['-username', 'builder', '-password', join(folder, 'password')];
  const model = ['-vm', '1', '-autostart=false', '-export-disk', await makeExportDisk(folder)];
  let url = '';
  const simulator = exec.start(
    vcsim,
    ['-l', '127.0.0.1:0', ...login, ...model, ...guest, '-guest-log', log, ...flags],
    {
      timeoutMs: 10 * 60_000,
      onLine: (line) => {
        url ||= /GOVC_URL=(\S+)/.exec(line)?.[1] ?? '';
      },
    },
  );
  try {
    await waitFor(async () => url || undefined, {
      timeoutMs: 60_000,
      what: () => 'vcsim does not listen',
    });
    const server = new URL(url).host;
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, await readCertificate(server));
    const govcEnv = {
      GOVC_URL: `https://${server}/sdk`,
      GOVC_USERNAME: 'builder',
      GOVC_PASSWORD: password,
      GOVC_TLS_CA_CERTS: ca,
      GOVMOMI_HOME: join(folder, 'govc'),
    };
    const govc = async (...args: string[]) =>
      (await exec.run(govcPath, args, { timeoutMs: 60_000, env: govcEnv, cwd: folder })).stdout;
    const lines = async (...args: string[]) => (await govc(...args)).split('\n').filter((line) => line !== '');
    return {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        HNF_CACHE_DIR: process.env['HNF_CACHE_DIR'] ?? join(process.env['HOME'] ?? '', '.cache/hybrid-node-factory'),
        GOVC_TLS_CA_CERTS: ca,
        VSPHERE_SERVER: server,
        VSPHERE_USER: 'builder',
        VSPHERE_PASSWORD: password,
        VSPHERE_DATACENTER: 'DC0',
        VSPHERE_CLUSTER: 'DC0_C0',
        VSPHERE_DATASTORE: 'LocalDS_0',
        VSPHERE_NETWORK: 'VM Network',
        VSPHERE_TEMPLATE: 'DC0_C0_RP0_VM0',
        PKR_VAR_ssh_port: String(guestPort),
        PKR_VAR_ip_settle_timeout: '1s',
        PKR_VAR_boot_wait: '1s',
      },
      govc,
      cache: () => lines('datastore.ls', '-ds', 'LocalDS_0', 'packer_cache').catch(() => []),
      sessions: async () => {
        const { sessionList, currentSession } = JSON.parse(await govc('session.ls', '-json'));
        return sessionList
          .filter((session: { key: string }) => session.key !== currentSession.key)
          .map((session: { userAgent: string }) => session.userAgent);
      },
      machines: async () => (await lines('find', '/DC0/vm', '-type', 'm')).map((path) => path.replace('/DC0/vm/', '')),
      guest: () => (existsSync(log) ? readFileSync(log, 'utf8') : '').split('\n').flatMap(parseLine),
      stop: () => simulator.stop(),
    };
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}

function parseLine(line: string): GuestEvent[] {
  return line === '' ? [] : [JSON.parse(line) as GuestEvent];
}

/** What every export of the simulator gives for the machine's disk: 20 GiB with one grain in it. */
async function makeExportDisk(folder: string): Promise<string> {
  const rawPath = await makeDisk(20 * GiB, [{ startBytes: 0, content: Buffer.alloc(65_536, 'boot ') }], folder);
  const path = join(folder, 'disk.vmdk');
  const handle = await open(path, 'w+');
  const extents = [{ startBytes: 0, lengthBytes: 65_536 }];
  const facts = { handle, rawPath, offsetBytes: 0, diskBytes: 20 * GiB, fileName: 'disk-0.vmdk', hardwareVersion: 15 };
  await writeVmdk({ ...facts, extents, workers: 1, level: 5, signal: undefined });
  await handle.close();
  return path;
}

/** The simulator signs its own certificate; as a CA it makes the real check pass. */
function readCertificate(server: string): Promise<string> {
  const { hostname, port } = new URL(`https://${server}`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.end();
      const text = raw.toString('base64').replaceAll(/(.{64})/g, '$1\n');
      resolve(`-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`);
    });
    socket.once('error', reject);
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** What was typed, as a person would read it; HID usage page 7, US layout. */
export function readKeys(events: readonly GuestEvent[]): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const named = new Map([
    [40, '\n'],
    [44, ' '],
    [45, '-'],
    [56, '/'],
    [82, '<up>'],
  ]);
  return events
    .flatMap((event) => event.keys ?? [])
    .map(({ usage, shift }) => {
      const letter = letters[usage - 4];
      if (letter !== undefined) return shift ? letter.toUpperCase() : letter;
      return named.get(usage) ?? `<${usage}>`;
    })
    .join('');
}
