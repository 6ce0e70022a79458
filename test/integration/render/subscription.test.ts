import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { createExec, type ExecResult } from '../../../src/core/exec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { skipOrFail } from '../../helpers/need-tools.ts';

const exec = createExec();
const fixtures = join(packageRoot(), 'test/fixtures/rhsm');
const namespaces = ['--map-root-user', '--mount', '--pid', '--fork', '--kill-child'];

/** Red Hat's service runs on RHEL only: a real D-Bus, the service's two objects imitated (see test/fixtures/rhsm). */
async function needDbus(context: TestContext): Promise<void> {
  const checks: [string, string[], string][] = [
    ['unshare', [...namespaces, 'true'], 'user namespaces are not allowed here'],
    ['dbus-daemon', ['--version'], 'dbus-daemon is not installed (apt-get install dbus)'],
    ['/usr/bin/python3', ['-c', 'import dbus, gi'], 'Python has no D-Bus (apt-get install python3-dbus python3-gi)'],
  ];
  for (const [file, args, reason] of checks) {
    const found = await exec.run(file, args, { timeoutMs: 60_000 }).catch(() => undefined);
    if (found === undefined) skipOrFail(context, reason);
  }
}

interface Guest {
  folder: string;
  run(script: string, env?: Record<string, string>): Promise<ExecResult>;
  read(path: string): string;
  /** What Red Hat's service was asked. */
  calls(): { method: string; arguments: unknown[]; leaks: string[] }[];
  /** Programs that were started. */
  commands(): string[];
}

function makeGuest(options: { failures?: readonly string[]; proxy?: string } = {}): Guest {
  const folder = mkdtempSync(join(tmpdir(), 'hnf-rhsm-'));
  for (const path of ['etc/rhsm', 'etc/dnf', 'etc/pki/consumer', 'etc/yum.repos.d', 'run']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  cpSync(join(fixtures, 'bin'), join(folder, 'bin'), { recursive: true });
  cpSync(join(fixtures, 'service.py'), join(folder, 'service.py'));
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  write('etc/passwd', 'root:x:0:0::/root:/bin/sh\n');
  write('etc/os-release', 'ID=rhel\nVERSION_ID="9.4"\n');
  write('etc/dnf/dnf.conf', `[main]\n${options.proxy === undefined ? '' : `proxy=${options.proxy}\n`}`);
  write(
    'etc/rhsm/rhsm.conf',
    '[server]\nhostname = subscription.rhsm.redhat.com\nproxy_hostname =\n[rhsm]\nmanage_repos = 0\n',
  );
  write('fail', (options.failures ?? []).join('\n'));
  const read = (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '');
  const lines = (path: string) =>
    read(path)
      .split('\n')
      .filter((line) => line !== '');
  return {
    folder,
    read,
    calls: () => lines('calls').map((line) => JSON.parse(line)),
    commands: () => lines('run/commands'),
    run(script, env = {}) {
      const guestScript = join(packageRoot(), 'templates/guest', script);
      const args = [...namespaces, '/bin/sh', join(fixtures, 'run.sh'), folder, guestScript];
      return exec.run('unshare', args, { env, timeoutMs: 120_000, accept: [0, 1] });
    },
  };
}

const byKey = { HNF_RH_ORG: '1234567', HNF_RH_ACTIVATION_KEY: "key with 'quotes' & $signs" };
const byUser = { HNF_RH_USERNAME: 'builder@example.com', HNF_RH_PASSWORD: 'pass"word` $(id)' };

describe('integration/render/subscription', () => {
  it('registers with an activation key, which is on nobody’s command line and in no output', async (context) => {
    await needDbus(context);
    const guest = makeGuest();
    const run = await guest.run('subscribe.sh', byKey);
    expect([run.exitCode, run.stderr]).toEqual([0, expect.not.stringContaining('subscribe:')]);
    expect(guest.calls()).toEqual([
      {
        method: 'RegisterWithActivationKeys',
        arguments: [
          '1234567',
          [byKey.HNF_RH_ACTIVATION_KEY],
          { name: expect.stringMatching(/^hnf-build-\d+$/) },
          {},
          'C',
        ],
        leaks: [],
      },
    ]);
    expect(run.stdout + run.stderr + guest.commands().join('\n')).not.toContain(byKey.HNF_RH_ACTIVATION_KEY);
    expect(guest.commands().filter((command) => /--auto-attach|attach| register/.test(command))).toEqual([]);
  });

  it('registers as a user', async (context) => {
    await needDbus(context);
    const guest = makeGuest();
    expect((await guest.run('subscribe.sh', byUser)).exitCode).toBe(0);
    expect(guest.calls()).toMatchObject([
      { method: 'Register', arguments: ['', 'builder@example.com', byUser.HNF_RH_PASSWORD, {}, {}, 'C'], leaks: [] },
    ]);
  });

  it('enables the repositories of the release and the processor', async (context) => {
    await needDbus(context);
    const guest = makeGuest();
    await guest.run('subscribe.sh', { ...byKey, HNF_RH_REPOSITORIES: 'codeready-builder-for-rhel-9-x86_64-rpms' });
    const machine = (await exec.run('uname', ['-m'], { timeoutMs: 10_000 })).stdout.trim();
    expect(guest.commands().at(-1)).toBe(
      `subscription-manager repos --enable=rhel-9-for-${machine}-baseos-rpms --enable=rhel-9-for-${machine}-appstream-rpms --enable=codeready-builder-for-rhel-9-x86_64-rpms`,
    );
  });

  it('tries again when the network fails', async (context) => {
    await needDbus(context);
    const guest = makeGuest({ failures: ['Network error: Connection refused'] });
    const run = await guest.run('subscribe.sh', byKey);
    expect(run.exitCode).toBe(0);
    expect(guest.calls()).toHaveLength(2);
    expect(run.stdout).toMatch(/attempt 1 failed, once more in 5 seconds: Network error/);
  });

  it('gives up at once what cannot succeed, and says why without the secret', async (context) => {
    await needDbus(context);
    const guest = makeGuest({ failures: [`Invalid username or password: ${byUser.HNF_RH_PASSWORD}`] });
    const run = await guest.run('subscribe.sh', byUser);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('subscribe: Red Hat did not register this machine: Invalid username or password: ***');
    expect(run.stdout + run.stderr).not.toContain(byUser.HNF_RH_PASSWORD);
    expect(guest.calls()).toHaveLength(1);
  });

  it.for([
    [{}, 'are not set'],
    [{ HNF_RH_ACTIVATION_KEY: 'k' }, 'needs its organisation (RH_ORG)'],
    [{ HNF_RH_USERNAME: 'u' }, 'are not set'],
  ] as const)('wants a whole set of secrets: %j', async ([env, message], context) => {
    await needDbus(context);
    const guest = makeGuest();
    const run = await guest.run('subscribe.sh', env);
    expect([run.exitCode, run.stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(guest.calls()).toEqual([]);
  });

  it('uses the proxy that dnf was given, and puts the configuration back at the end', async (context) => {
    await needDbus(context);
    const guest = makeGuest({ proxy: 'http://user:p%40%25ss@proxy.corp:3129' });
    const before = guest.read('etc/rhsm/rhsm.conf');
    expect((await guest.run('subscribe.sh', byKey)).exitCode).toBe(0);
    const lines = guest.read('etc/rhsm/rhsm.conf').split('\n');
    expect(lines.slice(0, 6)).toEqual([
      '[server]',
      'proxy_scheme = http',
      'proxy_hostname = proxy.corp',
      'proxy_port = 3129',
      'proxy_user = user',
      'proxy_password = p@%%ss',
    ]);
    expect((await guest.run('unsubscribe.sh')).exitCode).toBe(0);
    expect(guest.read('etc/rhsm/rhsm.conf')).toBe(before);
  });

  it('takes a machine that is registered already as it is', async (context) => {
    await needDbus(context);
    const guest = makeGuest();
    writeFileSync(join(guest.folder, 'etc/pki/consumer/cert.pem'), '');
    expect((await guest.run('subscribe.sh', byKey)).exitCode).toBe(0);
    expect(guest.calls()).toEqual([]);
  });

  it('leaves nothing behind when it unregisters, twice as well', async (context) => {
    await needDbus(context);
    const guest = makeGuest();
    await guest.run('subscribe.sh', byKey);
    for (const path of ['etc/pki/entitlement/1.pem', 'etc/rhsm/facts/x.facts', 'etc/insights-client/machine-id']) {
      mkdirSync(join(guest.folder, path, '..'), { recursive: true });
      writeFileSync(join(guest.folder, path), 'x');
    }
    expect((await guest.run('unsubscribe.sh')).exitCode).toBe(0);
    expect((await guest.run('unsubscribe.sh')).exitCode).toBe(0);
    expect(guest.commands().filter((command) => command.endsWith(' unregister'))).toHaveLength(1);
    const left = [
      'etc/pki/consumer',
      'etc/pki/entitlement',
      'etc/rhsm/facts',
      'etc/insights-client',
      'etc/yum.repos.d',
    ];
    expect(left.flatMap((path) => readdirSync(join(guest.folder, path)))).toEqual([]);
  });

  it('fails when Red Hat keeps the machine, and says which one to remove by hand', async (context) => {
    await needDbus(context);
    const guest = makeGuest();
    writeFileSync(join(guest.folder, 'etc/pki/consumer/cert.pem'), '');
    writeFileSync(join(guest.folder, 'run/unregister-fails'), '');
    const run = await guest.run('unsubscribe.sh');
    expect([run.exitCode, run.stderr]).toEqual([
      1,
      expect.stringContaining('system 11111111-2222-3333-4444-555555555555'),
    ]);
    expect(guest.commands().filter((command) => command.endsWith(' unregister'))).toHaveLength(4);
  });
});
