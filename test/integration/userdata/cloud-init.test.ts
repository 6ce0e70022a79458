import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { withTempDir } from '../../../src/core/temp.ts';
import { listPayloadFiles } from '../../../src/flows/userdata/payload-files.ts';
import { buildCloudConfig } from '../../../src/guestinfo/cloud-config.ts';
import { payloadEncoding } from '../../../src/guestinfo/encode.ts';
import { buildNetworkConfig } from '../../../src/guestinfo/network.ts';
import { buildNodeConfig } from '../../../src/nodeconfig/build.ts';
import { renderNodeConfig } from '../../../src/nodeconfig/render.ts';
import { sampleSettings } from '../../guestinfo/sample.ts';
import { needTools } from '../../helpers/need-tools.ts';
import { askCloudInit, convertNetworks, type Renderer, releases, renderersOf, runSchema } from './real-cloud-init.ts';
import { hosts, listTestPayloads, type TestPayload } from './test-fleet.ts';

interface Read {
  instanceId: string;
  hostname: string;
  userdata: string;
  network: unknown;
  redact: unknown;
}

/** What every data source has to make of a payload. */
function expectRead(read: (Read & { error?: string }) | undefined, { host, payload }: TestPayload): void {
  expect(read?.error).toBeUndefined();
  expect(read?.instanceId).toBe(payload.instanceId);
  expect(read?.hostname).toBe(host.name.split('.')[0]);
  expect(read?.userdata).toBe(payload.userdata);
}

function expectedConfig({ host, settings }: TestPayload): unknown {
  const nodeConfig = renderNodeConfig(buildNodeConfig(sampleSettings, host));
  const [hostname = ''] = host.name.split('.');
  const parts = { hostname, ...(hostname === host.name ? {} : { fqdn: host.name }), nodeConfig };
  return buildCloudConfig({ ...settings, multipart: false }, parts);
}

// 20.4 is older than this data source.
describe.each(releases.filter((release) => !release.startsWith('20.')))('cloud-init %s, guestinfo', (release) => {
  it('decodes every payload to what went in', async () => {
    const payloads = listTestPayloads('vmware');
    const questions = payloads.map(({ payload }) => ({
      metadata: payload.metadataB64,
      userdata: payload.userdataB64,
      encoding: payloadEncoding,
    }));
    const answers = await askCloudInit<Read>(release, 'vmware', questions);
    for (const [at, item] of payloads.entries()) {
      expectRead(answers[at], item);
      expect(answers[at]?.network ?? undefined).toEqual(buildNetworkConfig(item.host));
      expect(answers[at]?.redact).toEqual(['userdata']);
    }
    expect(answers.length).toBeGreaterThanOrEqual(50);
  });
});

describe.each(releases)('cloud-init %s', (release) => {
  it('reads every seed, as isoinfo takes it from the CD', async (context) => {
    await needTools(context, 'xorriso');
    const payloads = listTestPayloads('nocloud');
    const files = await extractSeeds();
    const answers = await askCloudInit<Read>(
      release,
      'nocloud',
      files.map((seed) => ({ files: seed })),
    );
    for (const [at, item] of payloads.entries()) {
      expectRead(answers[at], item);
      const network = buildNetworkConfig(item.host);
      if (network !== undefined) expect(answers[at]?.network).toEqual(network);
    }
  });

  it('puts the parts together as we do, NodeConfig and all', async () => {
    const payloads = listTestPayloads('vmware');
    const answers = await askCloudInit<{ config: unknown; others: unknown[] }>(
      release,
      'merged',
      payloads.map(({ payload }) => payload.userdata),
    );
    for (const [at, item] of payloads.entries()) {
      expect(answers[at]?.error).toBeUndefined();
      expect(answers[at]?.others).toEqual([]);
      expect(answers[at]?.config).toEqual(expectedConfig(item));
    }
  });

  it('finds nothing against the schema', async () => {
    const payloads = listTestPayloads('vmware').filter(
      ({ host, variant }) => host.name === 'static' && variant !== 'multipart',
    );
    await withTempDir('hnf-schema', async (folder) => {
      for (const { variant, payload } of payloads) {
        const file = join(folder, `${variant}.yaml`);
        writeFileSync(file, payload.userdata);
        const { exitCode, output } = await runSchema(release, file);
        expect(`${variant} ${exitCode} ${output}`).toMatch(new RegExp(`^${variant} 0 .*Valid`, 's'));
        expect(output).not.toMatch(/deprecat/i);
      }
    });
  });

  it.each(renderersOf(release))('renders every network for %s', async (renderer) => {
    const cards = hosts.flatMap((host) => {
      const network = buildNetworkConfig(host);
      return network === undefined ? [] : [{ host, network }];
    });
    const networks = cards.map(({ network }) => JSON.stringify(network));
    const answers = await convertNetworks(release, networks, renderer);
    for (const [at, { host, network }] of cards.entries()) {
      const { text, error } = answers[at] ?? { text: '' };
      expect(error).toBeUndefined();
      expect(text).toContain(host.interface ?? (renderer === 'network-manager' ? 'ethernet' : 'eth0'));
      if (host.mac !== undefined) expect(text.toLowerCase()).toContain(host.mac);
      const address = host.ip?.split('/')[0];
      if (address !== undefined) expect(text).toContain(address);
      if (host.gateway !== undefined) expect(text).toContain(host.gateway);
      if (host.ip !== undefined || keepsServersWithDhcp(release, renderer))
        for (const server of [...(host.dns ?? []), ...(host.search ?? [])]) expect(text).toContain(server);
      const has = host.gateway !== undefined;
      expect({ host: host.name, has: defaultRoutes[renderer].test(text) }).toEqual({ host: host.name, has });
      if (renderer === 'netplan') expect(load(text.replace(/^#.*$/gm, ''))).toEqual({ network });
    }
    expect(cards.length).toBeGreaterThanOrEqual(5);
  });
});

/** Older releases drop DNS servers of a card without a static address; `hnf userdata render` warns of it. */
function keepsServersWithDhcp(release: string, renderer: Renderer): boolean {
  return renderer === 'netplan' || renderer === 'networkd' || release === '25.1.4';
}

const defaultRoutes: Readonly<Record<Renderer, RegExp>> = {
  netplan: /to: 0\.0\.0\.0\/0/,
  networkd: /^Destination=0\.0\.0\.0\/0$/m,
  'network-manager': /^route1=0\.0\.0\.0\/0,/m,
  sysconfig: /^DEFROUTE=yes$/m,
};

const exec = createExec();

let extracted: Promise<Record<string, string>[]> | undefined;

/** The same for every release. */
function extractSeeds(): Promise<Record<string, string>[]> {
  extracted ??= withTempDir('hnf-seeds', async (folder) => {
    const seeds: Record<string, string>[] = [];
    for (const [at, item] of listTestPayloads('nocloud').entries())
      seeds.push(await extractSeed(item, join(folder, `${at}`)));
    return seeds;
  });
  return extracted;
}

async function extractSeed({ payload }: TestPayload, folder: string): Promise<Record<string, string>> {
  mkdirSync(folder);
  const iso = join(folder, 'seed.iso');
  writeFileSync(iso, listPayloadFiles(payload, 'nocloud').find(({ name }) => name === 'seed.iso')?.content ?? '');
  const names = ['user-data', 'meta-data', ...(payload.networkConfig === undefined ? [] : ['network-config'])];
  const files = names.map(async (name) => {
    const { stdout } = await exec.run('isoinfo', ['-i', iso, '-R', '-x', `/${name}`], { timeoutMs: 30_000 });
    return [name, stdout] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}
