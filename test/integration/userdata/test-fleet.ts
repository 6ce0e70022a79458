import type { FleetPayloads } from '../../../src/flows/userdata/fleet.ts';
import { createPayloadMaker } from '../../../src/flows/userdata/make-payload.ts';
import { buildCertificates } from '../../../src/guestinfo/guest-certificates.ts';
import { buildProxy } from '../../../src/guestinfo/guest-proxy.ts';
import type { Datasource, Payload } from '../../../src/guestinfo/payload.ts';
import type { PayloadSettings } from '../../../src/guestinfo/types.ts';
import type { Host } from '../../../src/hosts/host.ts';
import { samplePayload, sampleSettings } from '../../guestinfo/sample.ts';

const row = { file: 'hosts.csv', line: 2 };

/** Every kind of network a row can ask for. */
export const hosts: readonly Host[] = [
  { name: 'dhcp', row },
  { name: 'dhcp-mac', mac: '00:50:56:00:00:01', row },
  {
    name: 'static',
    mac: '00:50:56:00:00:02',
    ip: '10.0.0.5/24',
    gateway: '10.0.0.1',
    dns: ['10.0.0.2', '10.0.0.3'],
    row,
  },
  { name: 'static.example.org', mac: '10:20:30:40:50:59', ip: '192.168.1.9/16', search: ['example.org', 'corp'], row },
  { name: 'named-card', interface: 'ens192', ip: '172.16.0.2/30', gateway: '172.16.0.1', row },
  { name: 'dns-only', mac: '00:50:56:00:00:03', dns: ['10.0.0.2'], row },
  { name: '007', labels: { zone: 'a', 'example.org/rack': '7' }, maxPods: 40, row },
  { name: '1e3', taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }], row },
  { name: 'no', mac: '00:50:56:00:00:04', ip: '10.0.0.7/31', gateway: '10.0.0.6', row },
  { name: `${'a'.repeat(30)}.${'b'.repeat(32)}`, row },
];

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const proxy = buildProxy({ http: 'http://proxy.example.org:3128', https: null, noProxy: ['10.0.0.0/8'] }, true);
const trusted = buildCertificates([{ name: 'corp', pem }]);

/** Every kind of settings a fleet can have. */
export const settings: Readonly<Record<string, Partial<PayloadSettings>>> = {
  plain: {},
  account: {
    access: { user: 'ops', authorizedKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8u0u9m3Rk2 ops@example.org'] },
  },
  site: {
    ntp: ['ntp.example.org'],
    files: [...proxy.files, ...trusted.files],
    commands: [...proxy.commands, ...trusted.commands],
  },
  extra: {
    extra: {
      merge_how: 'dict(recurse_array)+list(append)',
      runcmd: ['echo "a: b" # c'],
      write_files: [{ path: '/etc/x', content: 'ü\t€😀' }],
    },
  },
  multipart: {
    multipart: true,
    extra: { merge_how: 'dict(recurse_array)+list(append)+str()', runcmd: [['touch', '/x']], timezone: 'Etc/UTC' },
  },
};

export interface TestPayload {
  host: Host;
  variant: string;
  settings: PayloadSettings;
  payload: Payload;
}

export function listTestPayloads(datasource: Datasource): TestPayload[] {
  return Object.entries(settings).flatMap(([variant, changes]) => {
    const payload = samplePayload(changes);
    const fleet: FleetPayloads = { node: sampleSettings, payload, defaults: { dns: [], search: [] }, datasource };
    const make = createPayloadMaker(fleet);
    return hosts.map((host) => ({ host, variant, settings: payload, payload: make(host) }));
  });
}
