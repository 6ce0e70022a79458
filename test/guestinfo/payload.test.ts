import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildNetworkConfig } from '../../src/guestinfo/network.ts';
import { createPayloadRenderer } from '../../src/guestinfo/payload.ts';
import { findSizeFaults } from '../../src/guestinfo/sizes.ts';
import { sampleNodeConfig, samplePayload } from './sample.ts';

const host = {
  name: 'node-1',
  mac: '00:50:56:00:00:01',
  ip: '10.0.0.5/24',
  gateway: '10.0.0.1',
  dns: ['10.0.0.2'],
  search: ['example.org'],
};
const nodeConfig = sampleNodeConfig(host);

describe('guestinfo/payload', () => {
  it('renders metadata with the network for VMware', () => {
    const payload = createPayloadRenderer(samplePayload(), 'vmware')(host, nodeConfig);
    expect(JSON.parse(payload.metadata)).toEqual({
      'instance-id': payload.instanceId,
      'local-hostname': 'node-1',
      network: {
        version: 2,
        ethernets: {
          eth0: {
            match: { macaddress: '00:50:56:00:00:01' },
            'set-name': 'eth0',
            dhcp4: false,
            dhcp6: false,
            addresses: ['10.0.0.5/24'],
            routes: [{ to: '0.0.0.0/0', via: '10.0.0.1' }],
            nameservers: { addresses: ['10.0.0.2'], search: ['example.org'] },
          },
        },
      },
      redact: ['userdata'],
    });
    expect(payload.networkConfig).toBeUndefined();
  });

  it('keeps the network apart for NoCloud, with the same instance id', () => {
    const vmware = createPayloadRenderer(samplePayload(), 'vmware')(host, nodeConfig);
    const nocloud = createPayloadRenderer(samplePayload(), 'nocloud')(host, nodeConfig);
    expect(JSON.parse(nocloud.metadata)).toEqual({ 'instance-id': vmware.instanceId, 'local-hostname': 'node-1' });
    expect(JSON.parse(nocloud.networkConfig ?? '')).toEqual(JSON.parse(vmware.metadata).network);
    expect(nocloud.userdata).toBe(vmware.userdata);
  });

  it('packs to the same bytes each time, on one line, without a time', () => {
    const render = createPayloadRenderer(samplePayload(), 'vmware');
    const [first, again] = [render(host, nodeConfig), render(host, nodeConfig)];
    expect(again).toEqual(first);
    expect(first.userdataB64).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    const bytes = Buffer.from(first.userdataB64, 'base64');
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
    expect(gunzipSync(bytes).toString()).toBe(first.userdata);
    expect(gunzipSync(Buffer.from(first.metadataB64, 'base64')).toString()).toBe(first.metadata);
  });

  it('has another instance id for another name, payload, network or generation, and for nothing else', () => {
    const id = (changes: object, settings = samplePayload(), text = nodeConfig) =>
      createPayloadRenderer(settings, 'vmware')({ ...host, ...changes }, text).instanceId;
    const ids = [
      id({}),
      id({ name: 'node-2' }),
      id({ ip: '10.0.0.6/24' }),
      id({}, samplePayload({ generation: '2' })),
      id({}, samplePayload({ ntp: ['ntp.example.org'] })),
      id({}, samplePayload(), sampleNodeConfig({ ...host, labels: { a: 'b' } })),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(id({})).toBe(ids[0]);
    expect(ids[0]).toMatch(/^node-1-[0-9a-f]{12}$/);
  });

  it('refuses more than 64 KiB and warns from 48 KiB', () => {
    const faults = (length: number, transport: 'guestinfo' | 'ovf' = 'guestinfo') =>
      findSizeFaults({ userdata: 'x'.repeat(length) }, transport).map(({ severity }) => severity);
    expect(faults(48 * 1024)).toEqual([]);
    expect(faults(48 * 1024 + 4)).toEqual(['warning']);
    expect(faults(64 * 1024)).toEqual(['warning']);
    expect(faults(64 * 1024 + 4)).toEqual(['error']);
    expect(faults(64 * 1024, 'ovf')).toEqual(['error']);
  });
});

describe('guestinfo/network', () => {
  const settings = (changes: object) =>
    Object.entries(buildNetworkConfig({ name: 'a', ...changes })?.['ethernets'] ?? {});

  it('says nothing about a machine that asks DHCP for everything', () => {
    expect(buildNetworkConfig({ name: 'a', mac: '00:50:56:00:00:01' })).toBeUndefined();
  });

  it('takes the literal name of the card where there is no MAC address', () => {
    expect(settings({ interface: 'ens192', ip: '10.0.0.5/24' })).toEqual([
      ['ens192', { dhcp4: false, dhcp6: false, addresses: ['10.0.0.5/24'] }],
    ]);
  });

  it('gives the card its name where both are known', () => {
    const [[key, value] = []] = settings({ mac: '00:50:56:00:00:01', interface: 'lan0', dns: ['10.0.0.2'] });
    expect(key).toBe('lan0');
    expect(value).toMatchObject({ match: { macaddress: '00:50:56:00:00:01' }, 'set-name': 'lan0', dhcp4: true });
  });
});
