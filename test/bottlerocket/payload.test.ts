import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSetupCommand } from '../../src/bottlerocket/build.ts';
import type { SettingTable } from '../../src/bottlerocket/fleet.ts';
import { toSettings } from '../../src/bottlerocket/merge-extra.ts';
import { buildBottlerocketPayload } from '../../src/bottlerocket/payload.ts';
import { renderToml } from '../../src/bottlerocket/render-toml.ts';
import { parseToml, type TomlTable } from '../../src/core/toml/parse-toml.ts';
import { hostileText } from '../render/hostile-text.ts';
import { decode, host, iamRaFleet, pemHost, ssmFleet } from './sample.ts';

function settingsOf(toml: string): TomlTable {
  return parseToml(toml)['settings'] as TomlTable;
}

describe('bottlerocket/payload', () => {
  it('has what AWS asks for with SSM', () => {
    const { toml, guestinfo, userdataB64 } = buildBottlerocketPayload(ssmFleet, host);
    expect(toml.replace(/"[A-Za-z0-9+/]{60,}=*"/g, '"…"')).toMatchInlineSnapshot(`
      "[settings.kubernetes]
      cluster-name = "edge"
      api-server = "https://ABCD.gr7.us-west-2.eks.amazonaws.com"
      cluster-certificate = "…"
      cluster-dns-ip = "10.100.0.10"
      hostname-override = "edge-1"
      provider-id = "eks-hybrid:///us-west-2/edge/edge-1"
      authentication-mode = "aws"
      cloud-provider = ""
      server-tls-bootstrap = true

      [settings.kubernetes.node-labels]
      "eks.amazonaws.com/compute-type" = "hybrid"
      "eks.amazonaws.com/hybrid-credential-provider" = "ssm"
      site = "a"

      [settings.kubernetes.credential-providers.ecr-credential-provider]
      enabled = true
      cache-duration = "12h"
      image-patterns = ["*.dkr.ecr.*.amazonaws.com", "*.dkr.ecr.*.amazonaws.com.cn", "*.dkr.ecr.*.amazonaws.eu", "*.dkr.ecr-fips.*.amazonaws.com", "*.dkr.ecr-fips.*.amazonaws.eu", "public.ecr.aws"]

      [settings.network]
      hostname = "edge-1"

      [settings.aws]
      region = "us-west-2"

      [settings.bootstrap-containers.eks-hybrid-setup]
      mode = "always"
      user-data = "…"

      [settings.host-containers.admin]
      enabled = false

      [settings.host-containers.control]
      enabled = true
      "
    `);
    expect(guestinfo).toEqual({ 'guestinfo.userdata': userdataB64, 'guestinfo.userdata.encoding': 'base64' });
    expect(decode(userdataB64)).toBe(toml);
  });

  it('is one line of strict base64', () => {
    expect(buildBottlerocketPayload(iamRaFleet, pemHost).userdataB64).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
  });

  it('carries certificate, key and configuration with IAM Roles Anywhere', () => {
    const settings = settingsOf(buildBottlerocketPayload(iamRaFleet, pemHost).toml);
    const { config } = settings['aws'] as { config: string };
    expect(decode(config)).toMatch(
      /^\[default\]\ncredential_process = aws_signing_helper .* --role-session-name edge-1\n$/,
    );
    const containers = settings['bootstrap-containers'] as { 'eks-hybrid-setup': { 'user-data': string } };
    expect(decode(containers['eks-hybrid-setup']['user-data'])).toBe(
      `eks-hybrid-iam-ra-setup --certificate='${pemHost.certificate?.trim()}' --key='${pemHost.privateKey?.trim()}'\n`,
    );
    expect(settings['host-containers']).not.toHaveProperty('control');
  });

  it("puts a host's own on top and groups taints", () => {
    const fleet = { ...ssmFleet, maxPods: 110, taints: [{ key: 'a', value: 'x', effect: 'NoSchedule' }] as const };
    const own = {
      ...host,
      labels: { site: 'b' },
      ip: '10.0.0.5/24',
      maxPods: 50,
      taints: [
        { key: 'a', value: 'y', effect: 'NoSchedule' },
        { key: 'a', effect: 'NoExecute' },
      ] as const,
    };
    const { kubernetes } = settingsOf(buildBottlerocketPayload(fleet, own).toml) as { kubernetes: TomlTable };
    expect(kubernetes).toMatchObject({
      'max-pods': 50,
      'node-ip': '10.0.0.5',
      'node-labels': { site: 'b', 'eks.amazonaws.com/compute-type': 'hybrid' },
      'node-taints': { a: ['y:NoSchedule', ':NoExecute'] },
    });
  });

  it('asks for the credentials file and opens the admin container when told', () => {
    const fleet = {
      ...ssmFleet,
      enableCredentialsFile: true,
      admin: { user: 'joe', authorizedKeys: ['ssh-ed25519 AAAA joe'] },
      sources: { bootstrap: 'registry.example.org/bottlerocket-bootstrap:v0.2.0' },
    };
    expect(buildSetupCommand(fleet, host)).toContain(' --enable-credentials-file=true\n');
    const settings = settingsOf(buildBottlerocketPayload(fleet, host).toml);
    const admin = (settings['host-containers'] as { admin: { enabled: boolean; 'user-data': string } }).admin;
    expect(JSON.parse(decode(admin['user-data']))).toEqual({
      user: 'joe',
      ssh: { 'authorized-keys': ['ssh-ed25519 AAAA joe'] },
    });
    expect(settings['bootstrap-containers']).toMatchObject({ 'eks-hybrid-setup': { source: fleet.sources.bootstrap } });
  });

  it('takes settings of a person, but none that change ours', () => {
    const extra = toSettings({ ntp: { 'time-servers': ['10.0.0.1'] }, kubernetes: { 'log-level': 3 } });
    const settings = settingsOf(buildBottlerocketPayload({ ...ssmFleet, extra }, host).toml);
    expect(settings).toMatchObject({ ntp: { 'time-servers': ['10.0.0.1'] }, kubernetes: { 'log-level': 3 } });
    const clash = toSettings({ kubernetes: { 'cloud-provider': 'aws' }, network: { hostname: 'x' } });
    expect(() => buildBottlerocketPayload({ ...ssmFleet, extra: clash }, host)).toThrow(
      'bottlerocket.settings changes what hnf sets: kubernetes.cloud-provider, network.hostname',
    );
    expect(() => toSettings({ a: [1, null] })).toThrow('bottlerocket.settings.a[1] is nothing');
  });

  it.each([
    ['a name with capitals', ssmFleet, { name: 'Edge' }],
    ['a name of 65 characters', ssmFleet, { name: 'a'.repeat(65) }],
    ['an address that is none', ssmFleet, { ...host, ip: '10.0.0' }],
    [
      'an endpoint without https',
      { ...ssmFleet, cluster: { ...ssmFleet.cluster, apiServerEndpoint: 'http://a' } },
      host,
    ],
    ['no authority', { ...ssmFleet, cluster: { ...ssmFleet.cluster, certificateAuthority: '' } }, host],
    ['a label with a bad value', ssmFleet, { ...host, labels: { a: '-' } }],
    ['an image that floats', { ...ssmFleet, sources: { control: 'public.ecr.aws/x/y' } }, host],
  ])('refuses %s, as the first boot would', (_, fleet, own) => {
    expect(() => buildBottlerocketPayload(fleet, own)).toThrow(/Bottlerocket would refuse/);
  });

  it('refuses what guestinfo cannot carry', () => {
    const extra = { motd: 'x'.repeat(50_000) };
    expect(() => buildBottlerocketPayload({ ...ssmFleet, extra }, host)).toThrow(/accepted: at most 65536/);
  });
});

describe('bottlerocket/render-toml', () => {
  it('writes what a reader reads back, whatever is in it', () => {
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        hostileText,
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          hostileText.filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 3 },
        ),
      ),
    })).value;
    const table = fc.dictionary(
      hostileText.filter((key) => key !== '__proto__'),
      value,
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(table, (document) => {
        expect(plain(parseToml(renderToml(document as SettingTable)))).toEqual(document);
      }),
      { numRuns: 300 },
    );
  });
});

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
