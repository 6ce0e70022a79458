import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type CliRun, runHnf } from '../../helpers/run-cli.ts';

const code = 'AbCdEfGhIjKlMnOpQrSt';
const env = {
  HNF_SSM_ACTIVATION_CODE: code,
  HNF_SSM_ACTIVATION_ID: '01234567-89ab-cdef-0123-456789abcdef',
  EKS_CLUSTER_NAME: 'my-cluster',
  AWS_REGION: 'us-west-2',
};
const rows = [
  'name,mac,ip,gateway,labels',
  'node-1,00:50:56:00:00:01,10.0.0.5/24,10.0.0.1,zone=a',
  'node-2,00:50:56:00:00:02,10.0.0.6/24,10.0.0.1,zone=b',
];

function newFolder(text = `${rows.join('\n')}\n`): string {
  const cwd = mkdtempSync(join(tmpdir(), 'userdata-'));
  writeFileSync(join(cwd, 'hosts.csv'), text);
  return cwd;
}

function render(cwd: string, args: readonly string[] = ['-o', 'out'], more: object = {}): Promise<CliRun> {
  return runHnf(['userdata', 'render', '--hosts', 'hosts.csv', ...args], { cwd, env: { ...env, ...more } });
}

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8u0u9m3Rk2cJzv1m8k2aaaaaaaaaaaaaaaaaaaaaaa me@example.org';
const unpack = (text: string) => gunzipSync(Buffer.from(text, 'base64')).toString();
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('flows/userdata, written', () => {
  it('writes a private folder per host: plain and encoded', async () => {
    const cwd = newFolder();
    const { exitCode, stdout } = await render(cwd);
    expect(`${exitCode} ${stdout}`).toBe(`0 wrote the payloads of 2 hosts, 0 unchanged, in ${join(cwd, 'out')}\n`);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['node-1', 'node-2']);
    const folder = join(cwd, 'out', 'node-1');
    expect(readdirSync(folder).sort()).toEqual(['metadata', 'metadata.b64', 'userdata', 'userdata.b64']);
    expect([modeOf(join(cwd, 'out')), modeOf(folder)]).toEqual([0o700, 0o700]);
    for (const name of readdirSync(folder)) expect(modeOf(join(folder, name))).toBe(0o600);
    for (const name of ['metadata', 'userdata'])
      expect(unpack(readFileSync(join(folder, `${name}.b64`), 'utf8'))).toBe(readFileSync(join(folder, name), 'utf8'));
    expect(readFileSync(join(folder, 'userdata'), 'utf8')).toContain(`activationCode: "${code}"`);
  });

  it('prints the payloads as JSON, with and without a folder, the same', async () => {
    const cwd = newFolder();
    const [written, printed] = [await render(cwd, ['-o', 'out', '--json']), await render(cwd, ['--json'])];
    expect(written.exitCode).toBe(0);
    expect(printed.stdout).toBe(written.stdout);
    const list = JSON.parse(printed.stdout) as Record<string, string | number>[];
    expect(list.map((item) => Object.keys(item))).toEqual(
      Array(2).fill(['host', 'metadataB64', 'userdataB64', 'bytes']),
    );
    expect(list[1]?.['userdataB64']).toBe(readFileSync(join(cwd, 'out/node-2/userdata.b64'), 'utf8'));
    expect(printed.stderr).toBe('');
  });

  it('leaves what is unchanged alone, and changes the rest whole', async () => {
    const cwd = newFolder();
    await render(cwd);
    const before = statSync(join(cwd, 'out/node-1')).ino;
    writeFileSync(join(cwd, 'out/node-2/notes.txt'), 'mine');
    writeFileSync(join(cwd, 'hosts.csv'), `${rows.join('\n').replace('zone=b', 'zone=c')}\n`);
    const { stdout } = await render(cwd);
    expect(stdout).toMatch(/^wrote the payload of 1 host, 1 unchanged/);
    expect(statSync(join(cwd, 'out/node-1')).ino).toBe(before);
    expect(readFileSync(join(cwd, 'out/node-2/userdata'), 'utf8')).toContain('zone=c');
    expect(readFileSync(join(cwd, 'out/node-2/notes.txt'), 'utf8')).toBe('mine');
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['node-1', 'node-2']);
  });

  it('writes again what others could read', async () => {
    const cwd = newFolder();
    await render(cwd);
    chmodSync(join(cwd, 'out/node-1/userdata'), 0o644);
    chmodSync(join(cwd, 'out/node-2'), 0o755);
    expect((await render(cwd)).stdout).toMatch(/^wrote the payloads of 2 hosts/);
    expect([modeOf(join(cwd, 'out/node-1/userdata')), modeOf(join(cwd, 'out/node-2'))]).toEqual([0o600, 0o700]);
  });

  it('renders seeds, and no stale one stays behind when the data source changes', async () => {
    const cwd = newFolder();
    await render(cwd, ['-o', 'out', '--datasource', 'nocloud']);
    const names = ['metadata', 'metadata.b64', 'network-config', 'seed.iso', 'userdata', 'userdata.b64'];
    expect(readdirSync(join(cwd, 'out/node-1')).sort()).toEqual(names);
    await render(cwd);
    expect(existsSync(join(cwd, 'out/node-1/seed.iso'))).toBe(false);
  });

  it('writes nothing when any row is wrong', async () => {
    const cwd = newFolder(`${rows.join('\n')}\nnode_3,,,,\nnode-1,,,,\n`);
    const { exitCode, stderr } = await render(cwd);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("hosts.csv:4: name: 'node_3' is no name for a node");
    expect(stderr).toContain("hosts.csv:5: name: 'node-1' is in line 2 as well");
    expect(readdirSync(cwd)).toEqual(['hosts.csv']);
  });

  it('goes on with the right rows when asked to, and says so with exit code 2', async () => {
    const cwd = newFolder(`${rows.join('\n')}\nnode_3,,,,\n`);
    const { exitCode, stderr } = await render(cwd, ['-o', 'out', '--keep-going']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/1 thing is wrong, and those rows were passed over\n {2}hosts.csv:4: name: 'node_3'/);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['node-1', 'node-2']);
    const header = newFolder('name,lables\nnode-1,zone=a\n');
    expect((await render(header, ['-o', 'out', '--keep-going'])).exitCode).toBe(2);
    expect(readdirSync(header)).toEqual(['hosts.csv']);
  });

  it('does not take the host of a wrong row for one that is gone', async () => {
    const cwd = newFolder();
    await render(cwd);
    writeFileSync(join(cwd, 'hosts.csv'), `${rows.join('\n').replace('zone=b', 'zone=b b')}\n`);
    const { exitCode, stdout } = await render(cwd, ['-o', 'out', '--keep-going']);
    expect(`${exitCode} ${stdout}`).toBe(`2 wrote the payloads of 0 hosts, 1 unchanged, in ${join(cwd, 'out')}\n`);
  });

  it('refuses a file for an output folder, before anything is made', async () => {
    const cwd = newFolder();
    for (const output of ['hosts.csv', 'hosts.csv/out']) {
      const { exitCode, stderr } = await render(cwd, ['-o', output]);
      expect(`${exitCode} ${stderr}`).toMatch(/^2 error: '.*\/hosts.csv' is no folder; accepted: a folder/);
    }
    expect(readdirSync(cwd)).toEqual(['hosts.csv']);
  });

  it('refuses a name that is too short for IAM Roles Anywhere, and takes it for SSM', async () => {
    const cwd = newFolder('name\na\nb2\n');
    const arn = (kind: string) => `arn:aws:rolesanywhere:us-west-2:123456789012:${kind}/${env.HNF_SSM_ACTIVATION_ID}`;
    const arns = { trustAnchorArn: arn('trust-anchor'), profileArn: arn('profile') };
    const config = { iamRolesAnywhere: { ...arns, roleArn: 'arn:aws:iam::123456789012:role/nodes' } };
    writeFileSync(join(cwd, 'images.config.json'), JSON.stringify(config));
    const { exitCode, stderr } = await render(cwd, ['--provider', 'iam-ra', '-o', 'out']);
    expect(`${exitCode} ${stderr}`).toMatch(/^2 .*hosts.csv:2: name: 'a' is too short for the name of a role session/s);
    expect((await render(cwd, ['--provider', 'ssm', '-o', 'out'])).exitCode).toBe(0);
  });

  it('writes nothing when a payload is too long for guestinfo', async () => {
    const cwd = newFolder();
    // Nothing compresses it.
    const noise = Array.from({ length: 2500 }, (_, at) =>
      Buffer.from(`${at * 7919}${Math.sin(at)}`).toString('base64'),
    ).join('');
    writeFileSync(
      join(cwd, 'extra.yaml'),
      `#cloud-config\nfinal_message: ${noise}${noise.split('').reverse().join('')}\n`,
    );
    const { exitCode, stderr } = await render(cwd, ['-o', 'out', '--cloud-config', 'extra.yaml']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /hosts.csv:2: node-1: userdata: has \d+ characters, compressed and encoded; accepted: at most 65536/,
    );
    expect(readdirSync(cwd).sort()).toEqual(['extra.yaml', 'hosts.csv']);
    expect(
      (await render(cwd, ['-o', 'seeds', '--datasource', 'nocloud', '--cloud-config', 'extra.yaml'])).exitCode,
    ).toBe(0);
  });

  it('changes nothing with --dry-run and --diff', async () => {
    const cwd = newFolder();
    const plan = await render(cwd, ['-o', 'out', '--dry-run']);
    expect(plan.stdout).toMatch(/^would write the payloads of 2 hosts, 0 unchanged, in .*\nnode-1\nnode-2\n$/);
    expect(readdirSync(cwd)).toEqual(['hosts.csv']);
    await render(cwd, ['-o', 'out', '--host', 'node-1']);
    writeFileSync(join(cwd, 'hosts.csv'), `${rows.join('\n').replace('zone=a', 'zone=z')}\n`);
    const other = 'ZyXwVuTsRqPoNmLkJiHg';
    const { stdout, exitCode } = await render(cwd, ['-o', 'out', '--diff'], { HNF_SSM_ACTIVATION_CODE: other });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^node-1: changed\n--- metadata\n/);
    expect(stdout).toMatch(/- +- "--node-labels=zone=a"\n +\+ +- "--node-labels=zone=z"/);
    expect(stdout).toMatch(/node-2: new\n1 new, 1 changed, 0 unchanged; nothing was written\n$/);
    expect(stdout).not.toMatch(new RegExp(`${code}|${other}`));
    expect(readdirSync(join(cwd, 'out'))).toEqual(['node-1']);
  });

  it('tells of folders whose host is gone', async () => {
    const cwd = newFolder();
    await render(cwd);
    mkdirSync(join(cwd, 'out/other'));
    writeFileSync(join(cwd, 'hosts.csv'), `${rows.slice(0, 2).join('\n')}\n`);
    expect((await render(cwd)).stdout).toMatch(/not in the hosts file any more, and left where they are: node-2\n$/);
  });

  it('does not follow a link that stands where a host goes', async () => {
    const cwd = newFolder();
    mkdirSync(join(cwd, 'elsewhere'));
    mkdirSync(join(cwd, 'out'));
    symlinkSync(join(cwd, 'elsewhere'), join(cwd, 'out/node-1'));
    const { exitCode, stderr } = await render(cwd);
    expect(`${exitCode} ${stderr}`).toMatch(/^2 .* '.*out\/node-1'/s);
    expect(readdirSync(join(cwd, 'elsewhere'))).toEqual([]);
    expect(readdirSync(join(cwd, 'out'))).toEqual(['node-1']);
  });
});

describe('flows/userdata, shown', () => {
  it('shows one host decoded, with the secret masked', async () => {
    const { stdout, exitCode } = await render(newFolder(), ['--host', 'node-2']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^host {9}node-2 \(hosts.csv:3\)\ninstance id {2}node-2-[0-9a-f]{12}\n/);
    expect(stdout).toContain('activationCode: <secret>');
    expect(stdout).toContain('"10.0.0.6/24"');
    expect(stdout).not.toContain(code);
  });

  it('leaves the secret out of everything with --redact', async () => {
    const cwd = newFolder();
    await render(cwd, ['-o', 'out', '--redact']);
    const text = readFileSync(join(cwd, 'out/node-1/userdata'), 'utf8');
    expect(text).toContain('activationCode: "REDACTED"');
    expect(text).not.toContain(code);
    expect(unpack(readFileSync(join(cwd, 'out/node-1/userdata.b64'), 'utf8'))).toBe(text);
  });

  it('knows a host that is not there', async () => {
    const { stderr, exitCode } = await render(newFolder(), ['--host', 'node-3']);
    expect(`${exitCode} ${stderr}`).toBe("2 error: there is no host 'node-3' in hosts.csv; did you mean 'node-1'?\n");
  });

  it('says why a host that was asked for cannot be had', async () => {
    const cwd = newFolder(`${rows.join('\n').replace('zone=b', 'zone=b b')}\n`);
    const { stderr, exitCode } = await render(cwd, ['--host', 'node-2', '--keep-going']);
    expect(`${exitCode} ${stderr}`).toMatch(
      /^2 error: there is no right row of host 'node-2' .*\n {2}hosts.csv:3: labels: /,
    );
  });

  it('reads standard input', async () => {
    const run = { cwd: newFolder(), env, stdin: '[{"name": "from-stdin"}]' };
    const { stdout } = await runHnf(['userdata', 'render', '--hosts', '-'], run);
    expect(stdout).toMatch(/^host {9}from-stdin \(standard input:1\)/);
  });

  it('decodes what it encoded', async () => {
    const cwd = newFolder();
    await render(cwd);
    const decode = (file: string) => runHnf(['userdata', 'decode', file], { cwd, env });
    const plain = readFileSync(join(cwd, 'out/node-1/userdata'), 'utf8');
    expect((await decode('out/node-1/userdata.b64')).stdout).toBe(plain);
    expect((await decode('out/node-1/userdata')).stdout).toBe(plain);
    const stdin = readFileSync(join(cwd, 'out/node-1/userdata.b64'), 'utf8').replace(/(.{76})/g, '$1\n');
    expect((await runHnf(['userdata', 'decode', '-', '--redact'], { cwd, env, stdin })).stdout).toBe(
      plain.replace(`"${code}"`, '<secret>'),
    );
  });

  it.each([
    [['userdata', 'render'], '--hosts is missing'],
    [['userdata', 'render', '--hosts', 'hosts.csv', '--diff'], '--diff needs the folder'],
    [['userdata', 'render', '--hosts', '-', '--watch', '-o', 'x'], '--watch needs a hosts file'],
    [['userdata', 'render', '--hosts', 'none.csv'], "'none.csv' does not exist"],
    [['userdata', 'render', '--hosts', '.'], "'.' is a folder"],
    [['userdata', 'decode', 'none'], "'none' does not exist"],
  ])('refuses %j', async (argv, message) => {
    const { exitCode, stderr } = await runHnf(argv, { cwd: newFolder(), env });
    expect(`${exitCode} ${stderr}`).toMatch(new RegExp(`^2 .*${message}`, 's'));
  });
});

describe('flows/userdata, cloud-config of one’s own', () => {
  const aliasBomb = Array.from({ length: 10 }, (_, at) => {
    const part = at === 0 ? 'z' : `*a${at - 1}`;
    return `x${at}: &a${at} [${Array(10).fill(part).join(',')}]\n`;
  }).join('');

  const withExtra = (extra: string | Uint8Array, args: readonly string[] = []) => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'extra.yaml'), extra);
    return render(cwd, ['--host', 'node-1', '--cloud-config', 'extra.yaml', ...args]);
  };

  it('adds by its own merge rules', async () => {
    const { stdout } = await withExtra(
      "#cloud-config\nmerge_how: 'list(append)+dict(recurse_array)'\nruncmd: [echo hi]\ntimezone: Etc/UTC\n",
    );
    expect(stdout).toMatch(/hybrid-node-join.service\n {2}- echo hi\n/);
    expect(stdout).toContain('timezone: Etc/UTC');
  });

  it.each([
    [
      '#cloud-config\nruncmd: [echo hi]\n',
      'runcmd: would replace what hnf writes there, and with it the start of the join',
    ],
    [
      '#cloud-config\nwrite_files: []\n',
      'write_files: would replace what hnf writes there, and with it the NodeConfig',
    ],
    [
      "#cloud-config\nmerge_how: 'list(append)+dict(recurse_array)'\nruncmd:\n  - echo a: b\n",
      'runcmd[1]: is neither text nor a list',
    ],
    [
      "#cloud-config\nmerge_how: 'list(append)+dict(recurse_array)'\nwrite_files:\n  - {path: /x, permissions: 0644}\n",
      'is no octal mode in quotes',
    ],
    ["#cloud-config\nmerge_how: 'append'\n", "'append' is not written as kind"],
    ['runcmd: [echo hi]\n', "does not begin with '#cloud-config'"],
    ['#cloud-config\na: b: c\n', 'is no valid YAML'],
    ['#cloud-config\n- a\n', 'is no map'],
    ['#cloud-config\n# MIME-Version: 1.0\n', "has 'mime-version:'"],
    ['#cloud-config\nhostname: same\n', 'hostname: would be the name of every machine'],
    ['#cloud-config\nfqdn: same.example.org\n', 'fqdn: would be the name of every machine'],
    ['#cloud-config\npreserve_hostname: true\n', 'would leave machines without their names'],
    ['#cloud-config\nx: 2020-01-01\n', "'x' is a date"],
    ['#cloud-config\nx: &a {b: *a}\n', 'is nested too deep, or its aliases mean more values'],
    [`#cloud-config\n${aliasBomb}`, 'is nested too deep, or its aliases mean more values'],
    [Buffer.from('#cloud-config\nx: \xe9\n', 'latin1'), "'extra.yaml' is not UTF-8"],
  ])('refuses %s', async (extra, message) => {
    const { exitCode, stderr } = await withExtra(extra);
    expect(`${exitCode} ${stderr}`).toMatch(/^2 /);
    expect(stderr).toContain(message);
  });

  it('shows the parts of a message as text, with secrets masked, and what differs in them', async () => {
    const cwd = newFolder();
    const write = (password: string) =>
      writeFileSync(join(cwd, 'extra.yaml'), `#cloud-config\ntimezone: Etc/UTC\npassword: ${password}\n`);
    const other = 'ZyXwVuTsRqPoNmLkJiHg';
    const args = ['--host', 'node-1', '--cloud-config', 'extra.yaml', '--multipart'];
    write('first-password');
    const review = await render(cwd, args);
    expect(review.stdout).toMatch(/^--- userdata\n# --- text\/cloud-config\n#cloud-config\npreserve_hostname: false$/m);
    expect(review.stdout).toMatch(/^timezone: Etc\/UTC\npassword: <secret>$/m);
    await render(cwd, [...args, '-o', 'out']);
    write('other-password');
    const diff = await render(cwd, [...args, '-o', 'out', '--diff'], { HNF_SSM_ACTIVATION_CODE: other });
    expect(diff.stdout).toMatch(/--- userdata\n {2}only a secret has changed\n/);
    const json = await runHnf(['userdata', 'decode', 'out/node-1/userdata.b64', '--redact', '--json'], { cwd });
    expect((JSON.parse(json.stdout) as { text: string }).text).toContain('activationCode: <secret>');
    for (const text of [review.stdout, diff.stdout, json.stdout])
      for (const word of [code, other, 'first-password', 'other-password'])
        for (const shift of ['', 'x', 'xx'])
          expect(text).not.toContain(Buffer.from(`${shift}${word}`).toString('base64').slice(4, 20));
  });

  it('shows that a network is not there any more', async () => {
    const cwd = newFolder();
    await render(cwd, ['-o', 'out', '--datasource', 'nocloud']);
    writeFileSync(join(cwd, 'hosts.csv'), 'name,mac\nnode-1,00:50:56:00:00:01\n');
    const { stdout } = await render(cwd, ['-o', 'out', '--datasource', 'nocloud', '--diff']);
    expect(stdout).toMatch(/--- network-config\n {2}-\{\n/);
  });

  it.each(['#cloud-config\n', '#cloud-config\n---\n', '\uFEFF#cloud-config\n# nothing\n'])(
    'takes %j',
    async (extra) => {
      expect((await withExtra(extra)).stderr).toBe('');
    },
  );

  it.each([
    ['network: {version: 2}', 'network: is not read from user data'],
    ['ssh_authorized_keys: []', 'ssh_authorized_keys: replaces the account and the keys of access'],
  ])('warns of %s', async (extra, message) => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'extra.yaml'), `#cloud-config\n${extra}\n`);
    writeFileSync(join(cwd, 'images.config.yaml'), `access: {authorizedKeys: ['${key}']}\n`);
    const { exitCode, stderr } = await render(cwd, ['--host', 'node-1', '--cloud-config', 'extra.yaml']);
    expect(`${exitCode} ${stderr}`).toContain(`0 warning: extra.yaml: ${message}`);
  });
});
