import { join } from 'node:path';
import { expect } from 'vitest';
import { createPayloadRenderer, type Datasource, type Payload } from '../../../src/guestinfo/payload.ts';
import type { PayloadFile, PayloadHost } from '../../../src/guestinfo/types.ts';
import { buildSeedIso } from '../../../src/lab/seed/iso.ts';
import { buildNodeConfig } from '../../../src/nodeconfig/build.ts';
import { renderNodeConfig } from '../../../src/nodeconfig/render.ts';
import type { NodeCredentials } from '../../../src/nodeconfig/settings.ts';
import { samplePayload } from '../../guestinfo/sample.ts';
import { makeCertificate } from './certificate.ts';
import { type BootEvidence, bootGuest, guestMac, makeJoinGuest } from './guest.ts';

const activationCode = 'Boot-Test-Activation-0001';
/** For the guest's own script, which is one of the files that are searched. */
const secretWord = `"$(echo ${Buffer.from(activationCode).toString('base64')} | base64 -d)"`;

const host: PayloadHost = {
  name: 'edge-1',
  mac: guestMac,
  interface: 'lan0',
  ip: '10.0.2.77/24',
  gateway: '10.0.2.2',
  dns: ['10.0.2.3'],
};
const key = samplePayload().access.authorizedKeys[0] ?? '';

/** Short waits; the services are on loopback, where nobody answers until the stand-ins do. */
function settingsWith(retrySeconds: number): PayloadFile {
  const lines = [
    'AWS_ENDPOINT_URL=http://127.0.0.1:8080',
    'HYBRID_NODE_TIME_WAIT_SECONDS=5',
    `HYBRID_NODE_RETRY_SECONDS=${retrySeconds}`,
    'HYBRID_NODE_NODE_WAIT_SECONDS=30',
    '',
  ];
  return { path: '/etc/hybrid-node/join.env', mode: 0o600, content: lines.join('\n') };
}

const ssm: NodeCredentials = {
  kind: 'ssm',
  activationCode,
  activationId: '01234567-89ab-cdef-0123-456789abcdef',
};

const anywhere: NodeCredentials = {
  kind: 'iam-ra',
  trustAnchorArn: 'arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f',
  profileArn: 'arn:aws:rolesanywhere:us-west-2:123456789012:profile/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f',
  roleArn: 'arn:aws:iam::123456789012:role/hybrid',
  certificatePath: '/etc/iam/pki/server.pem',
  privateKeyPath: '/etc/iam/pki/server.key',
};

interface PayloadRequest {
  datasource: Datasource;
  credentials: NodeCredentials;
  files?: readonly PayloadFile[];
  labels?: Readonly<Record<string, string>>;
  /** Default 20. */
  retrySeconds?: number;
  /** Changes the NodeConfig's text. */
  spoil?: (nodeConfig: string) => string;
}

/** As `hnf userdata render` makes it, with a command that counts how often cloud-init runs its per-instance part. */
function makePayload({
  datasource,
  credentials,
  files = [],
  labels = {},
  retrySeconds = 20,
  spoil = (text) => text,
}: PayloadRequest): Payload {
  const config = buildNodeConfig(
    {
      cluster: { name: 'lab', region: 'us-west-2' },
      credentials,
      labels,
      taints: [],
      kubelet: { config: {}, flags: [] },
    },
    { name: host.name },
  );
  const commands = ['echo ran >>/var/lib/hnf-per-instance'];
  const payload = samplePayload({ files: [settingsWith(retrySeconds), ...files], commands });
  return createPayloadRenderer(payload, datasource)(host, spoil(renderNodeConfig(config)));
}

function seedOf({ userdata, metadata, networkConfig = '' }: Payload): Uint8Array {
  return buildSeedIso(
    [
      { name: 'user-data', content: userdata },
      { name: 'meta-data', content: metadata },
      { name: 'network-config', content: networkConfig },
    ],
    'cidata',
  );
}

function guestinfoOf({ userdataB64, metadataB64 }: Payload): Record<string, string> {
  return {
    userdata: userdataB64,
    'userdata.encoding': 'gzip+base64',
    metadata: metadataB64,
    'metadata.encoding': 'gzip+base64',
  };
}

/** What every boot reports. */
const always = `wait_for 1200 is_settled
section hostname uname -n
section address ip -4 -o addr show dev lan0
section route ip -4 route show default
section keys cat /home/hybrid/.ssh/authorized_keys
section nodeconfig stat -c '%a %U:%G' /etc/hybrid-node /etc/hybrid-node/nodeconfig.yaml /etc/hybrid-node/join.env
section per-instance cat /var/lib/hnf-per-instance
section host-keys keys
section datasource cat /run/cloud-init/result.json
section instance cat /var/lib/cloud/data/instance-id
section versions sh -c 'systemctl --version | head -n 1; cloud-init --version'
`;

const untilRetry = "wait_for 900 has_said '^retry: '\n";

/** What came after the join, and where the secret still is. */
const joined = `section unit unit
section journal journal
section state ls -l /var/lib/hybrid-node
section marker cat /var/lib/hybrid-node/joined.json
section inits cat /var/lib/hnf-inits
`;

const untilJoined = `sh /etc/hnf-evidence/stand-ins.sh
touch /etc/hybrid-node/nodeconfig.yaml
wait_for 600 test -e /var/lib/hybrid-node/joined.json
`;

/** Seen in the guest, whatever the payload came by. */
function expectHost(boot: BootEvidence, payload: Payload): void {
  expect(boot.of('hostname')).toBe('edge-1');
  expect(boot.of('address')).toMatch(/inet 10\.0\.2\.77\/24 /);
  expect(boot.of('route')).toMatch(/^default via 10\.0\.2\.2 dev lan0/);
  expect(boot.of('keys')).toContain(key);
  expect(boot.of('nodeconfig')).toBe('700 root:root\n600 root:root\n600 root:root');
  expect(boot.of('per-instance')).toBe('ran');
  expect(boot.of('instance').trim()).toBe(payload.instanceId);
  expect(JSON.parse(boot.of('datasource'))).toMatchObject({ v1: { errors: [] } });
  expect(boot.of('cycles')).toBe('');
}

/** Nothing that belongs to one instance was done again. */
function expectSameInstance(boot: BootEvidence, first: BootEvidence): void {
  expect(boot.of('host-keys')).toBe(first.of('host-keys'));
  expect(boot.of('per-instance')).toBe(first.of('per-instance'));
  expect(boot.of('instance')).toBe(first.of('instance'));
}

export interface ScenarioResult {
  versions: string;
  seconds: number[];
}

/** `whole`: with the boots that only the long tier has time for. */
type Length = 'short' | 'whole';

/**
 * VMware guestinfo, SSM: tried again until the services answer, then joined, the secret gone, and not again in the next boot; `whole`: the
 * services answer in the second boot only. The image is for IAM Roles Anywhere, so the agent is a stand-in, and so are nodeadm's init,
 * kubelet and kubectl.
 */
export async function runGuestinfoScenario(image: string, folder: string, length: Length): Promise<ScenarioResult> {
  const payload = makePayload({ datasource: 'vmware', credentials: ssm, retrySeconds: 600 });
  const untilTold = `${always}${untilRetry}section before journal
wait_for 60 sh -c "vmware-rpctool 'info-get guestinfo.hybrid-node.status' | grep -q retrying"
section waiting vmware-rpctool 'info-get guestinfo.hybrid-node.status'
section said-before said ${secretWord}
`;
  const guest = await makeJoinGuest(image, join(folder, 'vmware'), {
    hardware: 'vmware',
    files: [{ path: '/usr/bin/amazon-ssm-agent', content: '#!/bin/sh\n', mode: 0o755 }],
    boots: [
      ...(length === 'whole' ? [`${untilTold}section unit unit\n`] : []),
      `${untilTold}${untilJoined}${joined}section holders holders ${secretWord}\nsection secret said ${secretWord}
section registrations cat /var/lib/hnf-registrations
section check /usr/local/bin/nodeadm.real config check -c file:///etc/hybrid-node/nodeconfig.yaml
section status vmware-rpctool 'info-get guestinfo.hybrid-node.status'
section userdata vmware-rpctool 'info-get guestinfo.userdata'\nsection metadata vmware-rpctool 'info-get guestinfo.metadata'\n`,
      `${always}${joined}`,
    ],
  });
  const boot = { guestinfo: guestinfoOf(payload) };
  const tried = length === 'whole' ? [await bootGuest(guest, boot)] : [];
  for (const before of tried) expect(before.of('unit')).toMatch(/UnitFileState=enabled/);

  const joining = await bootGuest(guest, boot);
  for (const before of [...tried, joining]) {
    expectHost(before, payload);
    expectSameInstance(before, joining);
    expect(before.of('datasource')).toContain('DataSourceVMware');
    expect(before.of('before')).toMatch(/^network: cannot reach http:\/\/127\.0\.0\.1:8080: no connection/m);
    expect(before.of('before')).toMatch(
      /^retry: attempt 1 failed at 'network'; next in \d+ s.*hnf doctor --host edge-1/m,
    );
    expect(before.of('before')).not.toContain('nodeadm init');
    expect(JSON.parse(before.of('waiting'))).toMatchObject({ state: 'retrying', step: 'network' });
    expect(before.of('said-before').trim()).toMatch(/^0\b/);
  }
  expect(joining.of('journal')).toMatch(/^retry: the NodeConfig or join.env changed: trying again now$/m);
  expect(joining.of('journal')).toMatch(/^done: joined as 'mi-0123456789abcdef0'/m);
  expect(JSON.parse(joining.of('marker'))).toMatchObject({
    node: 'mi-0123456789abcdef0',
    instanceId: payload.instanceId,
    scrubbed: ['nodeconfig', 'cloud-init'],
    left: [],
  });
  expect(joining.of('registrations')).toBe('registered');
  expect([joining.of('holders'), joining.of('secret').trim()]).toEqual(['', expect.stringMatching(/^0\b/)]);
  expect(joining.of('check')).toContain('Configuration is valid');
  // cloud-init did that itself, as the payload asks it to; metadata stays, or the next boot would be another instance's.
  expect(joining.of('userdata')).toBe('---');
  expect(joining.of('metadata')).toBe(payload.metadataB64);
  expect(JSON.parse(joining.of('status'))).toMatchObject({ state: 'joined', node: 'mi-0123456789abcdef0' });

  const again = await bootGuest(guest, boot);
  expectHost(again, payload);
  expectSameInstance(again, joining);
  expectNotAgain(again, joining);
  return resultOf([...tried, joining, again]);
}

function resultOf(boots: readonly BootEvidence[]): ScenarioResult {
  return { versions: boots[0]?.of('versions') ?? '', seconds: boots.map(({ seconds }) => Math.round(seconds)) };
}

/** The condition kept the unit from running; the node is still one. */
function expectNotAgain(boot: BootEvidence, before: BootEvidence): void {
  expect(boot.of('unit')).toMatch(/ActiveState=inactive[\s\S]*ConditionResult=no/);
  expect(boot.of('journal').trim()).toMatch(/^recheck: joined as '.*' at .*; nothing to do$/);
  expect(boot.of('marker')).toBe(before.of('marker'));
  expect(boot.of('inits')).toBe(before.of('inits'));
}

/**
 * A NoCloud seed, IAM Roles Anywhere: a wrong NodeConfig is told and tried again; mended, the machine joins; not again in the next boot;
 * `whole`: once more as another instance.
 */
export async function runNoCloudScenario(image: string, folder: string, length: Length): Promise<ScenarioResult> {
  const files = await makeCertificate(host.name);
  const right: PayloadRequest = { datasource: 'nocloud', credentials: anywhere, files };
  const wrong = makePayload({ ...right, spoil: (text) => text.replace('  cluster:', '  clustr:') });
  const next = makePayload({ ...right, labels: { 'example.org/row': '2' } });
  const guest = await makeJoinGuest(image, join(folder, 'nocloud'), {
    hardware: 'virtio',
    boots: [
      `${always}${untilRetry}section before journal
sed -i 's/clustr:/cluster:/' /etc/hybrid-node/nodeconfig.yaml
${untilJoined}${joined}section copies sh -c 'ls /var/lib/cloud/instance/'\n`,
      `${always}${joined}`,
      `${always}wait_for 600 test -e /var/lib/hybrid-node/joined.json\n${joined}section label grep -c example.org/row /etc/hybrid-node/nodeconfig.yaml\n`,
    ],
  });

  const first = await bootGuest(guest, { seed: seedOf(wrong) });
  expectHost(first, wrong);
  expect(first.of('datasource')).toContain('DataSourceNoCloud');
  expect(first.of('before')).toMatch(
    /^nodeconfig: nodeadm does not accept .*nodeconfig\.yaml: .*unknown field .*clustr.*; hnf nodeconfig check tells the line$/m,
  );
  expect(first.of('before')).toMatch(/^retry: attempt 1 failed at 'nodeconfig'; next in \d+ s/m);
  expect(first.of('journal')).toMatch(/^done: joined as 'edge-1'/m);
  expect(JSON.parse(first.of('marker'))).toMatchObject({
    node: 'edge-1',
    provider: 'iam-ra',
    scrubbed: ['cloud-init'],
    left: ['medium cidata'],
  });
  expect(first.of('copies')).not.toMatch(/user-data\.txt|obj\.pkl|cloud-config\.txt/);

  const second = await bootGuest(guest, { seed: seedOf(wrong) });
  expectHost(second, wrong);
  expectSameInstance(second, first);
  expectNotAgain(second, first);

  if (length === 'short') return resultOf([first, second]);
  const third = await bootGuest(guest, { seed: seedOf(next) });
  expect(third.of('instance').trim()).toBe(next.instanceId);
  expect(third.of('per-instance')).toBe('ran\nran');
  expect(third.of('label')).toBe('1');
  expect(third.of('journal')).toMatch(
    new RegExp(`^recheck: this is instance '${next.instanceId}', not '${wrong.instanceId}'`),
  );
  expect(third.of('journal')).toMatch(/^done: joined as 'edge-1'/m);
  expect(third.of('inits').split('\n')).toHaveLength(2);
  return resultOf([first, second, third]);
}
