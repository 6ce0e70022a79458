import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startHnf, waitNoProcesses } from '../../helpers/hnf-child.ts';

const env = {
  HNF_SSM_ACTIVATION_CODE: 'AbCdEfGhIjKlMnOpQrSt',
  HNF_SSM_ACTIVATION_ID: '01234567-89ab-cdef-0123-456789abcdef',
  EKS_CLUSTER_NAME: 'my-cluster',
  AWS_REGION: 'us-west-2',
};

function newWorld(count: number): { cwd: string; temp: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
  writeHosts(cwd, count, 'a');
  const temp = join(cwd, 'temp');
  mkdirSync(temp);
  return { cwd, temp };
}

function writeHosts(cwd: string, count: number, zone: string): void {
  const rows = Array.from({ length: count }, (_, at) => `node-${at},zone=${zone}`);
  writeFileSync(join(cwd, 'hosts.csv'), `name,labels\n${rows.join('\n')}\n`);
}

const args = ['userdata', 'render', '--hosts', 'hosts.csv', '-o', 'out'];

describe('userdata render, interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 130],
    ['SIGKILL', undefined],
  ] as const)('leaves nothing of a first render after %s', async (signal, exitCode) => {
    const world = newWorld(12_000);
    const hnf = startHnf(args, { ...world, env });
    await hnf.waitFor(/render: hosts: \d/, 60_000);
    hnf.kill(signal);
    expect((await hnf.done).exitCode).toBe(exitCode);
    expect(await waitNoProcesses(world.temp, 30_000)).toEqual([]);
    await expect.poll(() => readdirSync(world.cwd).sort(), { timeout: 30_000 }).toEqual(['hosts.csv', 'temp']);
    expect(readdirSync(world.temp)).toEqual([]);
  });

  it.each([
    ['SIGINT', /render: hosts: \d/],
    ['SIGINT', /put in place …/],
    ['SIGTERM', /put in place …/],
    ['SIGKILL', /render: hosts: \d/],
    ['SIGKILL', /put in place …/],
  ] as const)(
    'leaves every folder whole when %s comes after %s and others are there already',
    async (signal, after) => {
      const count = 3000;
      const world = newWorld(count);
      await startHnf(args, { ...world, env }).done;
      writeHosts(world.cwd, count, 'b');
      const hnf = startHnf(args, { ...world, env });
      await hnf.waitFor(after, 60_000);
      hnf.kill(signal);
      const { exitCode } = await hnf.done;
      expect(await waitNoProcesses(world.temp, 30_000)).toEqual([]);
      const out = join(world.cwd, 'out');
      const hosts = () => readdirSync(out).filter((name) => !name.startsWith('node-'));
      await expect.poll(hosts, { timeout: 30_000 }).toEqual([]);
      const zones = readdirSync(out).map((name) => zoneOf(join(out, name)));
      if (signal === 'SIGKILL') {
        // One may have been on its way.
        expect(zones.length).toBeGreaterThanOrEqual(count - 1);
        return;
      }
      expect(zones).toHaveLength(count);
      // Too late, it had its way; else nothing has changed.
      expect([...new Set(zones)]).toEqual([exitCode === 0 ? 'b' : 'a']);
      expect([0, 130]).toContain(exitCode);
    },
  );
});

/** Of a folder that is whole. */
function zoneOf(folder: string): string {
  expect(readdirSync(folder).sort()).toEqual(['metadata', 'metadata.b64', 'userdata', 'userdata.b64']);
  return /zone=([ab])"/.exec(readFileSync(join(folder, 'userdata'), 'utf8'))?.[1] ?? '';
}

describe('userdata render --watch', () => {
  it('renders again when the hosts change, says what is wrong in between, and ends by Ctrl-C', async () => {
    const world = newWorld(2);
    const hnf = startHnf([...args, '--watch'], { ...world, env });
    const userdata = () => readFileSync(join(world.cwd, 'out/node-1/userdata'), 'utf8');
    await hnf.waitFor(/watching 1 file, Ctrl-C ends/, 60_000);
    expect(userdata()).toContain('zone=a');
    writeFileSync(join(world.cwd, 'hosts.csv'), 'name\nnode_1\n');
    await hnf.waitFor(/'node_1' is no name for a node/, 60_000);
    writeHosts(world.cwd, 2, 'b');
    await expect.poll(userdata, { timeout: 60_000 }).toContain('zone=b');
    hnf.kill('SIGINT');
    expect((await hnf.done).exitCode).toBe(130);
    expect(readdirSync(world.temp)).toEqual([]);
  });

  it('waits for a config that is wrong from the beginning', async () => {
    const world = newWorld(1);
    const config = join(world.cwd, 'images.config.yaml');
    writeFileSync(config, 'node: {labels: {site: "no label"}}\n');
    const { HNF_SSM_ACTIVATION_CODE: _code, ...others } = env;
    const hnf = startHnf([...args, '--watch'], { ...world, env: others });
    await hnf.waitFor(/watching 2 files, Ctrl-C ends/, 60_000);
    expect(hnf.stderr()).toContain("label 'site' has a value kubelet refuses");
    // It may make an activation, so it is run once for each render.
    const command = "[sh, -c, 'echo run >>runs; echo AbCdEfGhIjKlMnOpQrSt']";
    writeFileSync(config, `ssm: {activationCommand: ${command}}\nnode: {labels: {site: lyon}}\n`);
    await hnf.waitFor(/put in place done/, 60_000);
    hnf.kill('SIGTERM');
    expect((await hnf.done).exitCode).toBe(130);
    expect(readFileSync(join(world.cwd, 'out/node-0/userdata'), 'utf8')).toContain('site=lyon');
    expect(readFileSync(join(world.cwd, 'runs'), 'utf8')).toBe('run\n');
  });
});
