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

  it('leaves every folder whole when others are there already', async () => {
    const world = newWorld(4000);
    await startHnf(args, { ...world, env }).done;
    writeHosts(world.cwd, 4000, 'b');
    const hnf = startHnf(args, { ...world, env });
    await hnf.waitFor(/render: hosts: \d/, 60_000);
    hnf.kill('SIGINT');
    expect((await hnf.done).exitCode).toBe(130);
    const names = readdirSync(join(world.cwd, 'out'));
    expect(names).toHaveLength(4000);
    expect(names.every((name) => name.startsWith('node-'))).toBe(true);
    for (const name of names.slice(0, 200)) {
      const folder = join(world.cwd, 'out', name);
      expect(readdirSync(folder).sort()).toEqual(['metadata', 'metadata.b64', 'userdata', 'userdata.b64']);
      expect(readFileSync(join(folder, 'userdata'), 'utf8')).toMatch(/zone=[ab]"/);
    }
  });
});

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
});
