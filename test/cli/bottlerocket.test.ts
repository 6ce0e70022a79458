import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decode } from '../bottlerocket/sample.ts';
import { folderWith } from '../config/sample.ts';
import { runHnf } from '../helpers/run-cli.ts';
import { activationCode, activationId } from '../nodeconfig/cases/case.ts';
import { makeCertificate } from '../nodeconfig/cases/certificate.ts';
import { certificateAuthority, privateKeyPem, serverKeys } from '../nodeconfig/cases/pki.ts';

const cluster = `cluster:
  name: edge
  region: us-west-2
  apiServerEndpoint: https://ABCD.gr7.us-west-2.eks.amazonaws.com
  certificateAuthority: ${certificateAuthority}
  cidr: 10.100.0.0/16
`;
const arns = `iamRolesAnywhere:
  trustAnchorArn: arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/${activationId}
  profileArn: arn:aws:rolesanywhere:us-west-2:123456789012:profile/${activationId}
  roleArn: arn:aws:iam::123456789012:role/nodes
bottlerocket: {certificateFile: 'pki/{host}.pem', privateKeyFile: 'pki/{host}.key'}
`;
const hosts = 'name,ip\nedge-1,10.0.0.5/24\nedge-2,\n';
const env = { HNF_SSM_ACTIVATION_CODE: activationCode, HNF_SSM_ACTIVATION_ID: activationId };
const render = ['bottlerocket', 'render', '--hosts', 'hosts.csv'];

describe('cli/commands/bottlerocket', () => {
  it('writes a private folder per host', async () => {
    const cwd = folderWith({ 'images.config.yaml': cluster, 'hosts.csv': hosts });
    const { exitCode, stderr } = await runHnf([...render, '-o', 'out'], { cwd, env });
    expect([exitCode, stderr]).toEqual([0, '']);
    const folder = join(cwd, 'out/edge-1');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const names = ['settings.toml', 'userdata.b64', 'guestinfo.json'];
    expect(names.map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    const userdata = readFileSync(join(folder, 'userdata.b64'), 'utf8');
    expect(decode(userdata)).toBe(readFileSync(join(folder, 'settings.toml'), 'utf8'));
    expect(JSON.parse(readFileSync(join(folder, 'guestinfo.json'), 'utf8'))).toEqual({
      'guestinfo.userdata': userdata,
      'guestinfo.userdata.encoding': 'base64',
    });
  });

  it('leaves what is the same alone, changes all or nothing, and plans with --dry-run', async () => {
    const cwd = folderWith({ 'images.config.yaml': cluster, 'hosts.csv': hosts });
    const out = join(cwd, 'out');
    const run = async (...more: string[]) => {
      const { exitCode, stdout, stderr } = await runHnf([...render, '-o', 'out', ...more], { cwd, env });
      return `${exitCode} ${stdout}${stderr}`;
    };
    const plan = `0 would write the payloads of 2 hosts, 0 unchanged, in ${out}\nedge-1\nedge-2\n`;
    expect(await run('--dry-run')).toBe(plan);
    expect(existsSync(out)).toBe(false);
    expect(await run()).toBe(`0 wrote the payloads of 2 hosts, 0 unchanged, in ${out}\n`);
    expect(await run()).toBe(`0 wrote the payloads of 0 hosts, 2 unchanged, in ${out}\n`);
    const before = readFileSync(join(out, 'edge-1/settings.toml'), 'utf8');
    mkdirSync(join(out, 'edge-2/theirs'));
    expect(await run('--cluster-name', 'other')).toMatch(/^2 error: '.*edge-2\/theirs' is in the way/);
    expect(readFileSync(join(out, 'edge-1/settings.toml'), 'utf8')).toBe(before);
  });

  it('ends where the output folder cannot be made', async () => {
    const cwd = folderWith({ 'images.config.yaml': cluster, 'hosts.csv': hosts });
    expect((await runHnf([...render, '-o', '/proc/nowhere/out'], { cwd, env })).exitCode).toBe(1);
  });

  it('prints one host for review, secrets masked at every depth', async () => {
    const cwd = folderWith({ 'images.config.yaml': cluster, 'hosts.csv': hosts });
    const { stdout } = await runHnf([...render, '--host', 'edge-2', '--redact', '--json'], { cwd, env });
    const [payload] = JSON.parse(stdout) as { host: string; toml: string; userdataB64: string; bytes: number }[];
    expect(payload).toMatchObject({ host: 'edge-2', bytes: payload?.userdataB64.length });
    const command = /user-data = "([A-Za-z0-9+/=]+)"/.exec(decode(payload?.userdataB64 ?? ''))?.[1] ?? '';
    expect(decode(command)).toContain("--activation-code='<secret>'");
  });

  it('carries the certificate of each host, and refuses a key of another', async () => {
    const now = Date.now();
    const dates = { from: new Date(now - 1e9), to: new Date(now + 1e9) };
    const files = {
      'images.config.yaml': cluster + arns,
      'hosts.csv': 'name\nedge-1\nedge-2\n',
      'pki/edge-1.pem': makeCertificate({ name: 'edge-1', keys: serverKeys.pair, ...dates }),
      'pki/edge-1.key': serverKeys.pem,
      'pki/edge-2.pem': makeCertificate({ name: 'edge-2', keys: serverKeys.pair, ...dates }),
      'pki/edge-2.key': privateKeyPem,
    };
    const cwd = folderWith(files);
    const good = await runHnf([...render, '--host', 'edge-1'], { cwd });
    expect(good.exitCode, good.stderr).toBe(0);
    const bad = await runHnf(render, { cwd });
    expect([bad.exitCode, bad.stdout]).toEqual([2, '']);
    expect(bad.stderr).toContain('edge-2: privateKeyPath names a key of another certificate');
    expect(bad.stderr).not.toContain(privateKeyPem.split('\n')[1]);
    const missing = await runHnf(render, { cwd: folderWith({ ...files, 'hosts.csv': 'name\nedge-9\n' }) });
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining('edge-9.pem')]);
  });

  it('names everything that is missing or refused, at once', async () => {
    const config = `cluster: {name: edge, region: us-west-2}
bottlerocket: {version: 1.20.0, variant: aws-k8s-1.34, admin: true}
`;
    const cwd = folderWith({ 'images.config.yaml': config, 'hosts.csv': hosts });
    const { exitCode, stderr } = await runHnf([...render, '--arch', 'arm64'], { cwd, env });
    expect(exitCode).toBe(2);
    for (const part of [
      'cluster.apiServerEndpoint: is missing',
      'cluster.certificateAuthority: is missing',
      'cluster.cidr: is missing',
      'x86_64 only',
      'not supported on aws variants',
      '1.37.0 and newer',
      'nobody has a key',
    ])
      expect(stderr).toContain(part);
  });

  it('writes nothing when a row is wrong', async () => {
    const cwd = folderWith({ 'images.config.yaml': cluster, 'hosts.csv': `${hosts}Edge_3,\n` });
    const { exitCode, stderr } = await runHnf([...render, '-o', 'out'], { cwd, env });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Edge_3')]);
    expect(() => statSync(join(cwd, 'out'))).toThrow();
  });
});
