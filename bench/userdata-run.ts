// One render in a process of its own, for bench/userdata.ts: node bench/userdata-run.ts HOSTS OUTPUT [WORKERS]. Prints seconds and peak memory.
import { resolve } from 'node:path';
import { systemClock } from '../src/core/clock.ts';
import type { FleetPayloads } from '../src/flows/userdata/fleet.ts';
import { renderFleet } from '../src/flows/userdata/render-fleet.ts';
import { openHosts } from '../src/hosts/source.ts';

const [hosts = '', output = '', workers] = process.argv.slice(2);

const fleet: FleetPayloads = {
  node: {
    cluster: { name: 'bench', region: 'us-west-2' },
    credentials: {
      kind: 'ssm',
      activationCode: 'AbCdEfGhIjKlMnOpQrSt',
      activationId: '01234567-89ab-cdef-0123-456789abcdef',
    },
    labels: { 'example.org/site': 'bench' },
    taints: [],
    kubelet: { config: { shutdownGracePeriod: '30s' }, flags: [] },
  },
  payload: {
    access: { authorizedKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8u0u9m3Rk2cJzv1m8k2 me@example.org'] },
    ntp: ['ntp.example.org'],
    files: [],
    commands: [],
    redact: true,
    multipart: false,
  },
  defaults: { dns: [], search: [] },
  datasource: 'vmware',
};

const { signal } = new AbortController();
const source = await openHosts({ path: hosts, cwd: process.cwd(), stdin: () => process.stdin, temporary: '', signal });
const started = performance.now();
const operation = renderFleet({
  source,
  keepGoing: false,
  signal,
  fleet,
  output: resolve(output),
  dryRun: false,
  clock: systemClock,
  workers: workers === undefined ? undefined : Number(workers),
});
const { written } = await operation.result;
const seconds = (performance.now() - started) / 1000;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
console.log(
  JSON.stringify({
    hosts: written.length,
    seconds,
    peakMiB: maxRSS / 1024,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  }),
);
