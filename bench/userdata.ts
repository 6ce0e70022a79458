// Payloads of 10,000 hosts, rendered, packed and written: hnf against the seeds' way, envsubst | gzip | base64 per host, in the same run.
// node bench/userdata.ts [--runs N] [--folder DIR]      DIR: where both write; default: the memory, where there is /dev/shm
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createExec } from '../src/core/exec.ts';
import { withTempDir } from '../src/core/temp.ts';
import { measurePairs } from './lib/pairs.ts';
import { median, renderTable, reportResults } from './lib/report.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' }, folder: { type: 'string' } } });
const exec = createExec();
const timeoutMs = 600_000;
const [many, more, few] = [10_000, 100_000, 200];
/** The bound, for any number of hosts. */
const mostMiB = 300;

interface Render {
  hosts: number;
  seconds: number;
  peakMiB: number;
  cpuSeconds: number;
}

const memory = await access('/dev/shm').then(
  () => '/dev/shm',
  () => tmpdir(),
);

async function bench(folder: string): Promise<void> {
  await writeFile(join(folder, `${many}.csv`), hostsFile(many));
  await writeFile(join(folder, `${more}.csv`), hostsFile(more));
  await writeTemplates(folder);
  const renders: Render[] = [];
  const shells: number[] = [];
  const ours = async () => void renders.push(await renderHosts(many, folder));
  const theirs = async () => void shells.push(await runShell(folder));
  await measurePairs(Number(values.runs), ours, theirs);
  // What measurePairs timed includes the start of Node and of the shell; both ways are compared without.
  const [ourRuns, theirRuns] = [renders.slice(1), shells.slice(1)];
  const perHost = ourRuns.map(({ seconds }) => (seconds / many) * 1e6);
  const theirsPerHost = theirRuns.map((seconds) => (seconds / few) * 1e6);
  const ratio = median(theirsPerHost.map((value, at) => value / (perHost[at] ?? Number.NaN)));
  const large = await renderHosts(more, folder);
  const [peak, largePeak] = [Math.max(...ourRuns.map(({ peakMiB }) => peakMiB)), large.peakMiB];
  const linear = large.seconds / more / (median(ourRuns.map(({ seconds }) => seconds)) / many);
  const us = (value: number) => value.toFixed(1);
  console.log(`rendered, packed and written into ${folder}; ${values.runs} runs each, interleaved; µs per host`);
  console.log(
    renderTable([
      ['', 'median', 'range', 'hosts', 'seconds', 'peak MiB'],
      [
        'hnf, four files',
        us(median(perHost)),
        range(perHost),
        `${many}`,
        median(ourRuns.map(({ seconds }) => seconds)).toFixed(2),
        peak.toFixed(0),
      ],
      [
        'hnf, four files',
        us((large.seconds / more) * 1e6),
        '',
        `${more}`,
        large.seconds.toFixed(2),
        largePeak.toFixed(0),
      ],
      ['envsubst | gzip | base64, two files', us(median(theirsPerHost)), range(theirsPerHost), `${few}`, '', ''],
      ['ratio', ratio.toFixed(1), '', '', '', ''],
      ['per host, 100,000 against 10,000', linear.toFixed(2), '', '', '', ''],
    ]),
  );
  await reportResults('userdata', [
    { name: 'userdata', unit: 'µs', ours: median(perHost), theirs: median(theirsPerHost), ratio, aim: 100, least: 50 },
    {
      name: 'userdata-memory',
      unit: 'MiB',
      ours: Math.max(peak, largePeak),
      theirs: mostMiB,
      ratio: mostMiB / Math.max(peak, largePeak),
      aim: 1,
      least: 1,
    },
    { name: 'userdata-linear', unit: 'per host', ours: linear, theirs: 1, ratio: 1 / linear, aim: 0.8, least: 0.6 },
  ]);
}

function range(list: readonly number[]): string {
  return `${Math.min(...list).toFixed(0)} to ${Math.max(...list).toFixed(0)}`;
}

function hostsFile(count: number): string {
  const rows = Array.from({ length: count }, (_, at) => {
    const [mac, ip] = [at.toString(16).padStart(6, '0').match(/../g)?.join(':'), at + 2];
    const address = `10.${(ip >> 16) & 255}.${(ip >> 8) & 255}.${ip & 255}`;
    return `node-${at},00:50:56:${mac},${address}/8,10.255.0.1,"10.0.0.2,10.0.0.3","topology.kubernetes.io/zone=z${at % 4},rack=r${at % 40}"`;
  });
  return `name,mac,ip,gateway,dns,labels\n${rows.join('\n')}\n`;
}

async function renderHosts(count: number, folder: string): Promise<Render> {
  const output = join(folder, 'ours');
  const args = [resolve(import.meta.dirname, 'userdata-run.ts'), join(folder, `${count}.csv`), output];
  const { stdout } = await exec.run(process.execPath, args, { timeoutMs });
  await rm(output, { recursive: true, force: true });
  return JSON.parse(stdout) as Render;
}

/** Ours of one host, with the shell's variables in it. */
async function writeTemplates(folder: string): Promise<void> {
  await writeFile(join(folder, 'one.csv'), hostsFile(1).replace('node-0,', 'node-tpl,'));
  const args = [resolve(import.meta.dirname, 'userdata-run.ts'), join(folder, 'one.csv'), join(folder, 'one')];
  await exec.run(process.execPath, args, { timeoutMs });
  for (const name of ['userdata', 'metadata']) {
    const text = await readFile(join(folder, 'one/node-tpl', name), 'utf8');
    const template = text
      .replaceAll('node-tpl', '${NAME}')
      .replaceAll('10.0.0.2"', '${IP}"')
      .replaceAll('00:50:56:00:00:00', '${MAC}')
      .replace('zone=z0', 'zone=${ZONE}')
      .replace('AbCdEfGhIjKlMnOpQrSt', '${ACTIVATION_CODE}');
    await writeFile(join(folder, `${name}.tpl`), template);
  }
}

/** As the seeds have it, both payloads of each host. Prints the seconds of the loop alone. */
const script = `
set -eu
umask 077
export ACTIVATION_CODE=AbCdEfGhIjKlMnOpQrSt
start=$(date +%s%N)
for i in $(seq ${few}); do
  export NAME="node-$i" IP="10.0.0.$i" MAC="00:50:56:00:00:01" ZONE="z1"
  mkdir -p "theirs/$NAME"
  envsubst <userdata.tpl | gzip -c9 | base64 -w0 >"theirs/$NAME/userdata.b64"
  envsubst <metadata.tpl | gzip -c9 | base64 -w0 >"theirs/$NAME/metadata.b64"
done
end=$(date +%s%N)
echo $(( end - start ))
`;

async function runShell(folder: string): Promise<number> {
  await rm(join(folder, 'theirs'), { recursive: true, force: true });
  await mkdir(join(folder, 'theirs'), { recursive: true });
  const { stdout } = await exec.run('bash', ['-c', script], { cwd: folder, timeoutMs });
  return Number(stdout.trim()) / 1e9;
}

await withTempDir('hnf-bench', (folder) => bench(folder), values.folder ?? memory);
