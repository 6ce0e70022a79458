import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/config/defaults.ts';
import { environmentVariables } from '../../src/config/environment.ts';
import { configFlags } from '../../src/config/flags.ts';
import { readEnvironment } from '../../src/config/read-environment.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { WrittenConfig } from '../../src/config/schema.ts';

async function readVariables(env: Readonly<Record<string, string>>) {
  return readEnvironment(env, () => Promise.reject(new Error('no files here')));
}

async function resolve(
  written: WrittenConfig,
  env: Readonly<Record<string, string>> = {},
  flags: Record<string, string | boolean> = {},
) {
  const { values } = await readVariables(env);
  return resolveConfig({
    written,
    file: 'images.config.yaml',
    env: values,
    flags,
    variables: { HOME: '/home/me', ...env },
  });
}

describe('config/resolve', () => {
  it('is complete without any input', async () => {
    const { config, origins, findings } = await resolve({});
    expect(findings).toEqual([]);
    expect(config).toMatchObject({
      cluster: { name: undefined, region: 'us-west-2' },
      accelerator: 'auto',
      output: { directory: 'out', formats: ['qcow2'] },
      cache: { directory: '/home/me/.cache/hybrid-node-factory', maxGiB: 50 },
      vsphere: { insecure: false },
    });
    expect(new Set([...origins.values()].map(({ kind }) => kind))).toEqual(new Set(['default']));
  });

  it('takes flag over environment over file over default, and says which', async () => {
    const set = fc.record({ flag: fc.boolean(), environment: fc.boolean(), file: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(set, async ({ flag, environment, file }) => {
        const { config, origins } = await resolve(
          file ? { cluster: { region: 'eu-west-1' } } : {},
          environment ? { AWS_REGION: 'eu-west-2' } : {},
          flag ? { region: 'eu-west-3' } : {},
        );
        const [region, kind] = flag
          ? ['eu-west-3', 'flag']
          : environment
            ? ['eu-west-2', 'environment']
            : file
              ? ['eu-west-1', 'file']
              : [defaults.cluster.region, 'default'];
        expect(config.cluster.region).toBe(region);
        expect(origins.get('cluster.region')?.kind).toBe(kind);
      }),
    );
  });

  it('keeps what flags and environment say about images apart from what the file says', async () => {
    const { config } = await resolve(
      { kubernetes: '1.34.2', arch: 'amd64', build: { cpus: 4, accelerator: 'tcg' } },
      { K8S_VERSION: '1.34' },
    );
    expect(config.imageOverrides).toMatchObject({ kubernetes: '1.34' });
    expect(config.imageDefaults).toMatchObject({ arch: 'amd64', build: { cpus: 4 } });
    expect(config.imageDefaults.kubernetes).toBe('1.34.2');
    expect(config.imageDefaults.build).not.toHaveProperty('accelerator');
    expect(config.accelerator).toBe('tcg');
  });

  it('judges variables and flags by the rules of the file and names them', async () => {
    const env = {
      CREDENTIAL_PROVIDER: 'smm',
      K8S_VERSION: 'v1.34',
      PACKER_OUTPUT_FORMAT: 'qcow2,vmdk',
      NODEADM_ARCH: 'x86',
    };
    const { config, findings } = await resolve({ provider: 'iam-ra' }, env, { accelerator: 'fast' });
    expect(findings.map(({ source, path, message }) => `${source}: ${path}: ${message}`)).toEqual([
      "environment variable CREDENTIAL_PROVIDER: provider: 'smm' is not accepted; accepted: ssm, iam-ra, iam; did you mean 'ssm'?",
      "environment variable K8S_VERSION: kubernetes: 'v1.34' is not accepted; accepted: major.minor or a full patch version without v, such as '1.34' or '1.34.2'",
      "environment variable NODEADM_ARCH: arch: 'x86' is not accepted; accepted: amd64, arm64, amd, arm",
      "environment variable PACKER_OUTPUT_FORMAT: output.formats: 'vmdk' is not accepted; accepted: qcow2, raw, ova, vsphere",
      "flag --accelerator: build.accelerator: 'fast' is not accepted; accepted: auto, kvm, hvf, tcg",
    ]);
    expect(config.imageDefaults.provider).toBe('iam-ra');
    expect(config.imageOverrides.provider).toBeUndefined();
  });

  it('does not change what it is given', async () => {
    const written: WrittenConfig = Object.freeze({
      cluster: Object.freeze({ region: 'eu-west-1' }),
      images: Object.freeze({}),
    });
    await resolve(written, { AWS_REGION: 'eu-west-2' });
    expect(written).toEqual({ cluster: { region: 'eu-west-1' }, images: {} });
  });

  it('puts the cache under XDG_CACHE_HOME, and where HNF_CACHE_DIR says', async () => {
    const xdg = await resolve({}, { XDG_CACHE_HOME: '/x' });
    expect(xdg.config.cache.directory).toBe('/x/hybrid-node-factory');
    const own = await resolve({ cache: { directory: '~/mine' } }, { XDG_CACHE_HOME: '/x' });
    expect(own.config.cache.directory).toBe('/home/me/mine');
    const given = await resolve({ cache: { directory: '~/mine' } }, { HNF_CACHE_DIR: '/c' });
    expect(given.config.cache.directory).toBe('/c');
  });

  it.each(Object.entries(configFlags))('has a place in the config for the flag %s', async (key, { path }) => {
    const samples: Record<string, string | boolean> = {
      kubernetes: '1.34.2',
      provider: 'ssm',
      arch: 'arm64',
      builder: 'vsphere-iso',
      allowUnverified: true,
      nodeadm: '1.0.19',
      region: 'eu-west-1',
      accelerator: 'tcg',
      format: 'raw,ova',
    };
    const { origins, findings } = await resolve({}, {}, { [key]: samples[key] ?? 'x' });
    expect(findings).toEqual([]);
    expect(origins.get(path)?.kind).toBe('flag');
  });
});

describe('config/environment', () => {
  const seeds =
    'PKR_SSH_PASSWORD ISO_URL ISO_CHECKSUM CREDENTIAL_PROVIDER K8S_VERSION NODEADM_ARCH RH_USERNAME RH_PASSWORD RHEL_VERSION VSPHERE_SERVER VSPHERE_USER VSPHERE_PASSWORD VSPHERE_DATACENTER VSPHERE_CLUSTER VSPHERE_DATASTORE VSPHERE_NETWORK VSPHERE_OUTPUT_FOLDER PACKER_OUTPUT_FORMAT'.split(
      ' ',
    );

  it.each(seeds)('honours %s', (name) => {
    expect(environmentVariables.filter((variable) => variable.name === name)).toHaveLength(1);
  });

  it("takes the values of AWS's Packer example", async () => {
    const { config, findings } = await resolve(
      {},
      {
        PKR_SSH_PASSWORD: 'builder-password',
        ISO_URL: 'https://example.org/ubuntu.iso',
        ISO_CHECKSUM: 'A'.repeat(64),
        CREDENTIAL_PROVIDER: 'iam',
        K8S_VERSION: '1.31',
        NODEADM_ARCH: 'amd',
        RH_USERNAME: 'me',
        RH_PASSWORD: 'red-hat-password',
        RHEL_VERSION: '9',
        VSPHERE_SERVER: 'vcenter.example.org',
        VSPHERE_USER: 'administrator@vsphere.local',
        VSPHERE_PASSWORD: 'vsphere-password',
        VSPHERE_DATACENTER: 'dc',
        VSPHERE_CLUSTER: 'c',
        VSPHERE_DATASTORE: 'ds',
        VSPHERE_NETWORK: 'VM Network',
        VSPHERE_OUTPUT_FOLDER: 'templates',
        PACKER_OUTPUT_FORMAT: 'raw',
      },
    );
    expect(findings).toEqual([]);
    expect(config).toMatchObject({
      imageOverrides: { provider: 'iam', kubernetes: '1.31', arch: 'amd' },
      iso: { url: 'https://example.org/ubuntu.iso', checksum: `sha256:${'A'.repeat(64)}` },
      redhat: { username: 'me', version: '9' },
      vsphere: {
        server: 'vcenter.example.org',
        user: 'administrator@vsphere.local',
        datacenter: 'dc',
        cluster: 'c',
        datastore: 'ds',
        network: 'VM Network',
        folder: 'templates',
      },
      output: { formats: ['raw'] },
      secrets: {
        sshPassword: 'builder-password',
        redhatPassword: 'red-hat-password',
        vspherePassword: 'vsphere-password',
      },
    });
  });

  it("takes govc's variables, VSPHERE_… beating them and credentials in the URL losing to both", async () => {
    const govc = {
      GOVC_URL: 'https://joe:p%40ssw0rd@vc.example.org:8443/sdk',
      GOVC_INSECURE: '1',
      GOVC_DATACENTER: 'dc1',
    };
    const alone = await resolve({}, govc);
    expect(alone.findings).toEqual([]);
    expect(alone.config.vsphere).toMatchObject({
      server: 'vc.example.org:8443',
      user: 'joe',
      insecure: true,
      datacenter: 'dc1',
    });
    expect(alone.config.secrets.vspherePassword).toBe('p@ssw0rd');
    const both = await resolve(
      {},
      { ...govc, VSPHERE_SERVER: 'other.example.org', GOVC_USERNAME: 'ann', GOVC_PASSWORD: 'from-govc' },
    );
    expect(both.config.vsphere).toMatchObject({ server: 'other.example.org', user: 'ann' });
    expect(both.config.secrets.vspherePassword).toBe('from-govc');
  });

  it('takes an empty variable for an unset one', async () => {
    const empty = Object.fromEntries(environmentVariables.map(({ name }) => [name, '']));
    const { values, findings } = await readVariables(empty);
    expect({ values, findings }).toEqual({ values: [], findings: [] });
  });

  it('reads a secret from the file that NAME_FILE names, its last line break left out', async () => {
    const files: Record<string, string> = { '/run/secret': 'correct horse\n' };
    const { values, findings } = await readEnvironment(
      { RH_PASSWORD_FILE: '/run/secret' },
      async (path) => files[path] ?? '',
    );
    expect(findings).toEqual([]);
    expect(values.map(({ name, text }) => [name, text])).toEqual([['RH_PASSWORD_FILE', 'correct horse']]);
  });

  it.each([
    [{ RH_PASSWORD_FILE: '/nowhere' }, /RH_PASSWORD_FILE: .*cannot read '\/nowhere': no files here/],
    [
      { RH_PASSWORD: 'long enough', RH_PASSWORD_FILE: '/x' },
      /RH_PASSWORD: both RH_PASSWORD and RH_PASSWORD_FILE are set/,
    ],
    [
      { VSPHERE_PASSWORD: 'abc' },
      /VSPHERE_PASSWORD: the value is too short for a secret; accepted: at least 4 characters/,
    ],
  ])('refuses %j without showing it', async (env, expected) => {
    const { values, findings } = await readVariables(env as Record<string, string>);
    expect(values).toEqual([]);
    expect(findings.map(({ source, message }) => `${source}: ${message}`)).toEqual([expect.stringMatching(expected)]);
    expect(JSON.stringify(findings)).not.toContain("'abc'");
  });

  it('knows the proxies in lower case too', async () => {
    const { values } = await readVariables({ https_proxy: 'http://proxy:3128' });
    expect(values.map(({ variable, text }) => [variable.name, text])).toEqual([['HTTPS_PROXY', 'http://proxy:3128']]);
  });
});
