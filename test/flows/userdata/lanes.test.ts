import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FleetPayloads } from '../../../src/flows/userdata/fleet.ts';
import type { LaneResult } from '../../../src/flows/userdata/lane.ts';
import { startLanes } from '../../../src/flows/userdata/lanes.ts';
import type { Host } from '../../../src/hosts/host.ts';
import { samplePayload } from '../../guestinfo/sample.ts';

const fleet: FleetPayloads = {
  node: {
    cluster: { name: 'edge', region: 'us-west-2' },
    credentials: {
      kind: 'ssm',
      activationCode: 'AbCdEfGhIjKlMnOpQrSt',
      activationId: '01234567-89ab-cdef-0123-456789abcdef',
    },
    labels: {},
    taints: [],
    kubelet: { config: {}, flags: [] },
  },
  payload: samplePayload(),
  defaults: { dns: [], search: [] },
  datasource: 'vmware',
};

/** Short names are found in many lines, labels differ: some are packed in pieces, some whole. */
const hosts = Array.from({ length: 230 }, (_, at): Host => {
  const name = at % 3 === 0 ? `e${at}` : `node-${at}.example.org`;
  const labels = { rack: `r${at % 11}`, ...(at % 50 === 0 ? { own: `o${at}` } : {}) };
  return { name, ip: `10.0.${at >> 8}.${at & 255}/16`, labels, row: { file: 'hosts.csv', line: at + 2 } };
});

async function render(list: readonly Host[], workers: number) {
  const stage = mkdtempSync(join(tmpdir(), 'lanes-'));
  const results: LaneResult[] = [];
  const lanes = startLanes(
    { fleet, output: join(stage, 'none') },
    { workers, onResult: (result) => results.push(result) },
  );
  try {
    await lanes.push(list, stage);
    await lanes.finish();
  } finally {
    await lanes.end();
  }
  return { stage, staged: results.flatMap(({ staged }) => staged), findings: results.flatMap((one) => one.findings) };
}

function read(stage: string, name: string): Map<string, string> {
  const folder = join(stage, name);
  return new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'latin1')]));
}

describe('flows/userdata/lanes', () => {
  it('gives every host the same bytes, whoever makes them, in whatever order, beside whomever', async () => {
    const alone = await render(hosts, 0);
    expect(alone.staged).toEqual(hosts.map(({ name }) => name));
    const some = hosts.filter((_, at) => at % 23 === 3);
    for (const [list, workers] of [
      [hosts.toReversed(), 2],
      [some, 0],
    ] as const) {
      const other = await render(list, workers);
      expect(other.findings).toEqual([]);
      expect(other.staged.toSorted()).toEqual(list.map(({ name }) => name).sort());
      for (const { name } of list) expect(read(other.stage, name)).toEqual(read(alone.stage, name));
    }
  });

  it.each([0, 2])('fails as a folder cannot be made, with %i threads beside', async (workers) => {
    const stage = mkdtempSync(join(tmpdir(), 'lanes-'));
    for (const { name } of hosts) mkdirSync(join(stage, name));
    const lanes = startLanes({ fleet, output: join(stage, 'none') }, { workers, onResult: () => {} });
    const work = async () => {
      await lanes.push(hosts, stage);
      await lanes.finish();
    };
    await expect(work()).rejects.toMatchObject({ code: 'io.failed', message: expect.stringContaining('EEXIST') });
    await lanes.end();
  });
});
