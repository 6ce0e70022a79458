import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseNodeConfig } from '../../src/nodeconfig/parse.ts';
import { folderWith } from '../config/sample.ts';
import { runHnf } from '../helpers/run-cli.ts';
import { activationCode, activationId, iamRa, ssm } from '../nodeconfig/cases/case.ts';
import { makePki } from '../nodeconfig/cases/pki.ts';

const env = {
  EKS_CLUSTER_NAME: 'edge',
  AWS_REGION: 'us-west-2',
  HNF_SSM_ACTIVATION_CODE: activationCode,
  HNF_SSM_ACTIVATION_ID: activationId,
};
const { HNF_SSM_ACTIVATION_CODE: _code, HNF_SSM_ACTIVATION_ID: _id, ...clusterEnv } = env;

describe('cli/commands/nodeconfig', () => {
  it('renders from the environment alone', async () => {
    const { exitCode, stdout, stderr } = await runHnf(['nodeconfig', 'render'], { env });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(parseNodeConfig(stdout).spec).toEqual({
      cluster: { name: 'edge', region: 'us-west-2' },
      hybrid: { ssm: { activationCode, activationId } },
    });
  });

  it('takes the activation from files', async () => {
    const cwd = folderWith({ code: `${activationCode}\n`, id: `${activationId}\n` });
    const files = { HNF_SSM_ACTIVATION_CODE_FILE: join(cwd, 'code'), HNF_SSM_ACTIVATION_ID_FILE: join(cwd, 'id') };
    const { stdout } = await runHnf(['nodeconfig', 'render'], { cwd, env: { ...clusterEnv, ...files } });
    expect(parseNodeConfig(stdout).spec.hybrid.ssm).toEqual({ activationCode, activationId });
  });

  it('takes flags over the environment', async () => {
    const args = ['nodeconfig', 'render', '--cluster-name', 'other', '--region', 'eu-west-1'];
    const { stdout } = await runHnf(args, { env });
    expect(parseNodeConfig(stdout).spec.cluster).toEqual({ name: 'other', region: 'eu-west-1' });
  });

  it('takes the activation from a command', async () => {
    const printed = JSON.stringify({ ActivationId: activationId, ActivationCode: activationCode });
    const command = JSON.stringify([process.execPath, '-e', `process.stdout.write(${JSON.stringify(printed)})`]);
    const cwd = folderWith({
      'images.config.yaml': `cluster: {name: edge, region: us-west-2}\nprovider: ssm\nssm: {activationCommand: ${command}}`,
    });
    const { stdout, stderr } = await runHnf(['nodeconfig', 'render'], { cwd });
    expect(stderr).toBe('');
    expect(parseNodeConfig(stdout).spec.hybrid.ssm).toEqual({ activationCode, activationId });
  });

  it('shows nothing that a failing command printed', async () => {
    const script = 'process.stdout.write("hunter2hunter2hunter2"); process.exitCode = 3';
    const command = JSON.stringify([process.execPath, '-e', script]);
    const cwd = folderWith({
      'images.config.yaml': `cluster: {name: edge, region: us-west-2}\nprovider: ssm\nssm: {activationCommand: ${command}}`,
    });
    const { exitCode, stderr } = await runHnf(['nodeconfig', 'render'], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('ssm.activationCommand');
    // Its own argument is the config's and not a secret; what it printed is nowhere else.
    expect(stderr.replaceAll(script, '')).not.toContain('hunter2');
  });

  it.each([
    [
      ['sh', '-c', 'echo "key: hunter2hunter2"; echo "refused: hunter2hunter2" >&2; exit 3'],
      1,
      "'sh' failed\n  refused: <secret>\n",
    ],
    [['/nowhere/vault'], 3, "'/nowhere/vault' is not there, or cannot be run"],
  ])('says why %j gave nothing', async (command, code, message) => {
    const config = `cluster: {name: edge, region: us-west-2}\nprovider: ssm\nssm: {activationCommand: ${JSON.stringify(command)}}`;
    const { exitCode, stderr } = await runHnf(['nodeconfig', 'render'], {
      cwd: folderWith({ 'images.config.yaml': config }),
      env: { PATH: process.env['PATH'] },
    });
    expect(`${exitCode} ${stderr}`).toContain(`${code} error: ssm.activationCommand: ${message}`);
  });

  it.each([
    ['nodeconfig', 'render', '--host', 'a'],
    ['bottlerocket', 'render'],
    ['userdata', 'render'],
  ])('runs no command for a wrong hosts file: %s %s', async (...command) => {
    const config = 'cluster: {name: edge, region: us-west-2}\nssm: {activationCommand: [touch, ran]}\n';
    const cwd = folderWith({ 'images.config.yaml': config, 'hosts.csv': 'name\nA\n' });
    const env = { PATH: process.env['PATH'] };
    const { exitCode, stderr } = await runHnf([...command, '--hosts', 'hosts.csv'], { cwd, env });
    expect(`${exitCode} ${stderr}`).toMatch(/^2 .*'A' has capital letters/s);
    expect(readdirSync(cwd).sort()).toEqual(['hosts.csv', 'images.config.yaml']);
  });

  it('does not quote an activation code that stands where its id belongs', async () => {
    const swapped = { ...env, HNF_SSM_ACTIVATION_CODE: activationId, HNF_SSM_ACTIVATION_ID: activationCode };
    const { exitCode, stderr } = await runHnf(['nodeconfig', 'render'], { env: swapped });
    expect(`${exitCode} ${stderr}`).toMatch(/^2 .*HNF_SSM_ACTIVATION_ID: ssm.activationId: the value is not accepted/s);
    expect(stderr).not.toContain(activationCode);
    const config = `ssm: {activationId: ${activationCode}}\n`;
    const written = await runHnf(['nodeconfig', 'render'], { env, cwd: folderWith({ 'images.config.yaml': config }) });
    expect(written.stderr).not.toContain(activationCode);
    const twice = await runHnf(['nodeconfig', 'render'], { env: { ...env, HNF_SSM_ACTIVATION_CODE: activationId } });
    expect(twice.stderr).toContain('looks like an activation id; were the two swapped?');
  });

  it('judges every option of a host at once', async () => {
    const args = ['nodeconfig', 'render', '--host', 'N_1', '--ip', '300.1.1.1', '--max-pods', 'x'];
    const { exitCode, stderr } = await runHnf(args, { env });
    expect(`${exitCode} ${stderr}`).toMatch(
      /^2 .*3 options are wrong.*--host: .*--ip: '300.1.1.1' is no IPv4.*--max-pods/s,
    );
    expect((await runHnf(['nodeconfig', 'render', '--ip', '127.0.0.1'], { env })).stderr).toContain('--ip: ');
    const good = await runHnf(['nodeconfig', 'render', '--ip', '10.0.0.5/24'], { env });
    expect(good.stdout).toContain('--node-ip=10.0.0.5"');
  });

  it('masks secrets when asked', async () => {
    const { stdout } = await runHnf(['nodeconfig', 'render', '--redact'], { env });
    expect(stdout).toContain('activationCode: "<secret>"');
    expect(stdout).toContain(activationId);
    expect(stdout).not.toContain(activationCode);
  });

  it('writes a file for root alone', async () => {
    const { cwd, stdout } = await runHnf(['nodeconfig', 'render', '-o', 'out/node.yaml'], { env });
    const path = join(cwd, 'out/node.yaml');
    expect(stdout).toBe(`wrote ${path}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(parseNodeConfig(readFileSync(path)).kind).toBe('NodeConfig');
  });

  it('writes nothing with --dry-run, and masks what it shows', async () => {
    const args = ['nodeconfig', 'render', '-o', 'node.yaml', '--dry-run', '--json'];
    const { cwd, stdout } = await runHnf(args, { env });
    expect(JSON.parse(stdout)).toMatchObject({ host: null, path: join(cwd, 'node.yaml'), written: false });
    expect(stdout).not.toContain(activationCode);
    expect(() => statSync(join(cwd, 'node.yaml'))).toThrow();
  });

  it('names everything that is missing', async () => {
    const { exitCode, stdout, stderr } = await runHnf(['nodeconfig', 'render'], {
      env: { CREDENTIAL_PROVIDER: 'ssm' },
    });
    expect([exitCode, stdout]).toEqual([2, '']);
    for (const name of ['EKS_CLUSTER_NAME', 'AWS_REGION', 'HNF_SSM_ACTIVATION_CODE', 'HNF_SSM_ACTIVATION_ID'])
      expect(stderr).toContain(name);
  });

  it('refuses what a node would be refused for', async () => {
    const args = ['nodeconfig', 'render', '--host', 'Edge_1', '--label', 'kubernetes.io/x=a', '--taint', 'a=b:Never'];
    const { exitCode, stderr } = await runHnf(args, { env });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--host: 'Edge_1'.*\n.*--label: 'kubernetes.io\/x'.*\n.*--taint: 'a=b:Never'/);
    const short = await runHnf(['nodeconfig', 'render'], { env: { ...env, HNF_SSM_ACTIVATION_CODE: 'hunter2' } });
    expect(short.exitCode).toBe(2);
    expect(short.stderr).toContain('has 7 characters');
    expect(short.stderr).not.toContain('hunter2');
  });

  it('makes the NodeConfig of a row of the hosts file', async () => {
    const cwd = folderWith({
      'hosts.csv':
        'name,ip,labels,taints\nedge-1,10.0.0.5/24,site=a,\nedge-2,10.0.0.6/24,"site=b,rack=7",a=b:NoSchedule\n',
    });
    const args = ['nodeconfig', 'render', '--hosts', 'hosts.csv'];
    const { stdout } = await runHnf([...args, '--host', 'edge-2', '--label', 'rack=8'], { cwd, env });
    expect(parseNodeConfig(stdout).spec.kubelet).toEqual({
      config: { registerWithTaints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
      flags: ['--node-labels=rack=8,site=b', '--node-ip=10.0.0.6'],
    });
    const unknown = await runHnf([...args, '--host', 'edge-3'], { cwd, env });
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining("there is no host 'edge-3'")]);
    const several = await runHnf(args, { cwd, env });
    expect([several.exitCode, several.stderr]).toEqual([2, expect.stringContaining('has 2 hosts')]);
  });

  it('does not guess between two kinds of credentials', async () => {
    const arn = (kind: string) => `arn:aws:rolesanywhere:us-west-2:123456789012:${kind}/${activationId}`;
    const arns = `iamRolesAnywhere: {trustAnchorArn: '${arn('trust-anchor')}', profileArn: '${arn('profile')}', roleArn: 'arn:aws:iam::123456789012:role/nodes'}\n`;
    const cwd = folderWith({ 'images.config.yaml': arns });
    const { exitCode, stderr } = await runHnf(['nodeconfig', 'render', '--host', 'a'], { cwd, env });
    expect(`${exitCode} ${stderr}`).toMatch(
      /^2 .*provider: is not said, and there is both an SSM activation and iamRoles/s,
    );
    for (const [provider, word] of [
      ['ssm', 'activationCode'],
      ['iam-ra', 'trustAnchorArn'],
    ] as const) {
      const run = await runHnf(['nodeconfig', 'render', '--host', 'edge-1', '--provider', provider], { cwd, env });
      expect(run.stdout, run.stderr).toContain(word);
    }
  });

  it('wants a name with IAM Roles Anywhere', async () => {
    const cwd = folderWith({
      'images.config.yaml': `cluster: {name: edge, region: us-west-2}
iamRolesAnywhere:
  trustAnchorArn: arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/${activationId}
  profileArn: arn:aws:rolesanywhere:us-west-2:123456789012:profile/${activationId}
  roleArn: arn:aws:iam::123456789012:role/nodes
`,
    });
    expect((await runHnf(['nodeconfig', 'render'], { cwd })).stderr).toContain('--host NAME');
    const { stdout } = await runHnf(['nodeconfig', 'render', '--host', 'edge-1'], { cwd });
    expect(parseNodeConfig(stdout).spec.hybrid.iamRolesAnywhere).toMatchObject({ nodeName: 'edge-1' });
  });

  it('checks files and standard input, all of them at once', async () => {
    const cwd = folderWith({ 'good.yaml': ssm, 'bad.yaml': ssm.replace('us-west-2', 'us-west-22') });
    const { exitCode, stdout } = await runHnf(['nodeconfig', 'check', 'good.yaml', 'bad.yaml', 'none.yaml', '-'], {
      cwd,
      stdin: ssm.replace('name:', 'nam:'),
    });
    expect(exitCode).toBe(2);
    expect(stdout.replaceAll(/(?<=: ).*$/gm, '…')).toMatchInlineSnapshot(`
      "bad.yaml:6:13: …
      none.yaml:1:1: …
      standard input:4:3: …
      standard input:5:5: …
      good.yaml: …
      bad.yaml: …
      none.yaml: …
      standard input: …
      "
    `);
    expect((await runHnf(['nodeconfig', 'check', 'good.yaml'], { cwd })).exitCode).toBe(0);
  });

  it('prints findings as JSON', async () => {
    const cwd = folderWith({ 'bad.yaml': ssm.replace('us-west-2', 'us-west-22') });
    const { exitCode, stdout } = await runHnf(['nodeconfig', 'check', '--json', 'bad.yaml'], { cwd });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      findings: [
        {
          file: 'bad.yaml',
          line: 6,
          column: 13,
          path: 'spec.cluster.region',
          severity: 'error',
          code: 'cluster.region',
          message: "'us-west-22' is no AWS region; did you mean 'us-west-2'?",
        },
      ],
    });
  });

  it('takes a warning for valid', async () => {
    const { exitCode, stdout } = await runHnf(['nodeconfig', 'check', '--json', '-'], { stdin: `\ufeff${ssm}` });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { valid: true, findings: [{ severity: 'warning' }] }]);
  });

  it('looks at the certificate where it is, and wants it with --on-node', async () => {
    const here = iamRa.replaceAll('{pki}', makePki());
    expect((await runHnf(['nodeconfig', 'check', '-'], { stdin: here })).stdout).toBe('standard input: valid\n');
    const elsewhere = here.replace('server.pem', 'other.pem');
    const away = await runHnf(['nodeconfig', 'check', '-'], { stdin: elsewhere });
    expect([away.exitCode, away.stdout]).toEqual([0, expect.stringContaining('was not looked at')]);
    expect((await runHnf(['nodeconfig', 'check', '--on-node', '-'], { stdin: elsewhere })).exitCode).toBe(2);
    const expired = await runHnf(['nodeconfig', 'check', '-'], { stdin: here.replace('server.pem', 'expired.pem') });
    expect([expired.exitCode, expired.stdout]).toEqual([2, expect.stringContaining('has expired')]);
  });

  it('reads what it renders', async () => {
    const { stdout } = await runHnf(['nodeconfig', 'render', '--label', 'site=a'], { env });
    expect((await runHnf(['nodeconfig', 'check', '-'], { stdin: stdout })).exitCode).toBe(0);
  });

  it('names a folder and a second - as what they are', async () => {
    const cwd = folderWith({});
    writeFileSync(join(cwd, 'empty.yaml'), '');
    const { exitCode, stdout } = await runHnf(['nodeconfig', 'check', '.', 'empty.yaml'], { cwd });
    expect([exitCode, stdout]).toEqual([2, expect.stringContaining('.: not valid\nempty.yaml: not valid\n')]);
    expect((await runHnf(['nodeconfig', 'check', '-', '-'], { cwd })).stderr).toContain("'-' is named twice");
  });
});
