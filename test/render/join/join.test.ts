import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needTime } from '../../helpers/need-tools.ts';
import { activationCode, iamConfig, makeSandbox, type Sandbox, shells, ssmConfig } from './sandbox.ts';

const open: Sandbox[] = [];

afterEach(() => {
  for (const sandbox of open.splice(0)) sandbox.dispose();
});

function sandboxOf(nodeConfig = iamConfig): Sandbox {
  const sandbox = makeSandbox(nodeConfig);
  open.push(sandbox);
  return sandbox;
}

/** A machine for SSM, whose stand-in of nodeadm registers and starts kubelet. */
function ssmSandbox(): Sandbox {
  const sandbox = sandboxOf(ssmConfig);
  sandbox.program(
    'nodeadm',
    `if [ "$1" = init ]; then
  mkdir -p "$R/var/lib/kubelet" "$R/var/lib/amazon/ssm"
  [ -e "$R/var/lib/amazon/ssm/registration" ] || echo registering >>"$R/calls"
  printf '{"ManagedInstanceID":"mi-0123456789abcdef0","Region":"us-west-2"}' >"$R/var/lib/amazon/ssm/registration"
  echo kubeconfig >"$R/var/lib/kubelet/kubeconfig"
fi`,
  );
  return sandbox;
}

/** Every file of a sandbox that holds a text. */
function filesWith(sandbox: Sandbox, text: string): string[] {
  return readdirSync(sandbox.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

const noNode = 'echo "Error from server (NotFound): nodes \\"edge-1\\" not found" >&2; exit 1';

describe('render/join', () => {
  it.each(shells)('joins, in %s: each step in its order, then the marker', (shell) => {
    const sandbox = sandboxOf();
    const { code, journal } = sandbox.join({ shell });
    expect(`${code} ${journal}`).toMatch(/^0 /);
    const steps = [...journal.matchAll(/^([a-z-]+): /gm)].map(([, step]) => step);
    expect([...new Set(steps)]).toEqual([
      ...['hostname', 'time', 'environment', 'nodeconfig', 'network', 'init', 'check', 'done'],
    ]);
    expect(sandbox.calls('nodeadm').map((call) => call.replaceAll(sandbox.root, ''))).toEqual([
      'nodeadm config check -c file:///etc/hybrid-node/nodeconfig.yaml',
      'nodeadm init -c file:///etc/hybrid-node/nodeconfig.yaml --skip none',
    ]);
    expect(sandbox.marker()).toMatchObject({
      node: 'edge-1',
      nodeUid: 'uid-1',
      provider: 'iam-ra',
      instanceId: 'edge-1-aaaa',
      machine: '4c4c4544-0000-1111-2222-333344445555',
      attempts: 1,
    });
    expect(sandbox.mode('var/lib/hybrid-node/joined.json')).toBe(0o644);
    expect(sandbox.mode('var/lib/hybrid-node/nodeadm-init.log')).toBe(0o600);
    expect(sandbox.has('var/lib/hybrid-node/verified')).toBe(false);
  });

  it.each(shells)('joins with SSM, in %s, and leaves the activation code nowhere', (shell) => {
    const sandbox = ssmSandbox();
    const { code, journal } = sandbox.join({ shell });
    expect(`${code} ${journal}`).toMatch(/^0 /);
    expect(sandbox.marker()).toMatchObject({
      node: 'mi-0123456789abcdef0',
      provider: 'ssm',
      scrubbed: ['nodeconfig'],
      left: [],
    });
    expect(journal).not.toContain(activationCode);
    expect(filesWith(sandbox, activationCode)).toEqual([]);
    expect(sandbox.read('etc/hybrid-node/nodeconfig.yaml')).toContain('0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f');
    expect(sandbox.mode('etc/hybrid-node/nodeconfig.yaml')).toBe(0o600);
  });

  it.each<[what: string, change: (sandbox: Sandbox) => void, saw: RegExp]>([
    ['did nothing', (it) => it.program('nodeadm', ':'), /check: there is no .*kubeconfig: nodeadm init did nothing/],
    ['left kubelet dead', (it) => it.program('systemctl', 'echo failed; exit 3'), /check: kubelet is not active/],
    ['has no node yet', (it) => it.program('kubectl', noNode), /there is no such node yet/],
    [
      'is not let in',
      (it) => it.program('kubectl', 'echo "error: You must be logged in to the server (Unauthorized)" >&2; exit 1'),
      /does not accept the node's credentials .*HYBRID_LINUX/,
    ],
    [
      'is somebody else',
      (it) =>
        it.program(
          'kubectl',
          `echo "Error from server (Forbidden): node 'Edge_1' cannot read 'edge_1', only its own Node object" >&2; exit 1`,
        ),
      /credentials are somebody else's .*only its own/,
    ],
    [
      'sees the node of another machine',
      (it) => it.program('kubectl', 'echo node:uid-0:ffffffffffffffffffffffffffffffff'),
      /its machine id is 'ffff.*another machine have the same name/,
    ],
    ['has a node without status', (it) => it.program('kubectl', 'echo node:uid-0:'), /its machine id is ''/],
  ])('takes no exit code 0 for a join: nodeadm %s', (_, change, saw) => {
    const sandbox = sandboxOf();
    change(sandbox);
    const { code, journal } = sandbox.join();
    expect(code).toBe(1);
    expect(journal).toMatch(saw);
    expect(journal).toMatch(/attempt 1 failed at 'check'; giving up .*hnf doctor --host edge-1/);
    expect(sandbox.has('var/lib/hybrid-node/joined.json')).toBe(false);
  });

  describe('more branches', () => {
    beforeEach(needTime);

    it('does not start nodeadm where nodeadm install never finished', () => {
      const sandbox = sandboxOf();
      sandbox.remove('opt/nodeadm/tracker');
      expect(sandbox.join().journal).toMatch(/machine: there is no \/opt\/nodeadm\/tracker/);
      expect(sandbox.calls('nodeadm').filter((call) => call.includes('init'))).toEqual([]);
    });

    it('tells what nodeadm complained of, without the code it complained with', () => {
      const sandbox = sandboxOf(ssmConfig);
      const messages = [
        `{"level":"info","msg":"Command failed, retrying","error":"running command [/usr/bin/amazon-ssm-agent -register -y -region us-west-2 -code ${activationCode} -id 0a]: x"}`,
        `{"level":"info","msg":"invalid ActivationCode format: other"secret. Must be 20-250 characters"}`,
        '{"level":"info","msg":"nothing, -code somethingelse -id"}',
        '{"level":"fatal","msg":"Command failed","error":"SSM activation expired. Please use a \\"valid\\" activation"}',
      ];
      sandbox.program('nodeadm', `if [ "$1" = init ]; then cat >&2 <<'END'\n${messages.join('\n')}\nEND\nexit 1\nfi`);
      const { code, journal } = sandbox.join();
      expect(code).toBe(1);
      expect(journal).toMatch(
        /^init: nodeadm init ended with exit code 1: SSM activation expired. Please use a "valid"/m,
      );
      expect(journal).toContain('-code *** -id');
      expect(`${journal}${sandbox.read('var/lib/hybrid-node/nodeadm-init.log')}`).not.toMatch(
        new RegExp(`${activationCode.replace('+', '\\+')}|other"secret|somethingelse`),
      );
    });

    it('ends a nodeadm that does not come to an end', () => {
      const sandbox = sandboxOf();
      sandbox.program('nodeadm', 'if [ "$1" = init ]; then echo stuck here; exec /bin/sleep 60; fi');
      const { journal } = sandbox.join({ env: { HYBRID_NODE_INIT_SECONDS: '1' } });
      expect(journal).toMatch(/nodeadm init was not done after 1 s; the last it said: stuck here/);
    });

    it('tries again, waiting twice as long each time up to a limit, spread by a quarter', () => {
      const sandbox = sandboxOf();
      sandbox.program('nodeadm', 'if [ "$1" = init ]; then exit 1; fi');
      const env = {
        HYBRID_NODE_MAX_ATTEMPTS: '6',
        HYBRID_NODE_RETRY_SECONDS: '16',
        HYBRID_NODE_RETRY_MAX_SECONDS: '100',
      };
      const { code, journal } = sandbox.join({ env });
      expect(code).toBe(1);
      const delays = [...journal.matchAll(/next in (\d+) s/g)].map(([, seconds]) => Number(seconds));
      for (const [index, middle] of [16, 32, 64, 100, 100].entries()) {
        expect(delays[index]).toBeGreaterThanOrEqual(middle * 0.75);
        expect(delays[index]).toBeLessThanOrEqual(middle * 1.25 + 1);
      }
      expect(delays).toHaveLength(5);
      const naps = sandbox.calls('sleep').map((call) => Number(call.split(' ')[1]));
      expect(naps.reduce((sum, nap) => sum + nap, 0)).toBe(delays.reduce((sum, delay) => sum + delay, 0));
      expect(sandbox.calls('nodeadm').filter((call) => call.includes(' init '))).toHaveLength(6);
    });

    it('comes through after failures, and says how many', () => {
      const sandbox = sandboxOf();
      sandbox.program(
        'kubectl',
        `echo x >>"$R/asked"; if [ "$(wc -l <"$R/asked")" -lt 3 ]; then ${noNode}; fi; cat "$R/ok"`,
      );
      sandbox.write('ok', `node:uid-1:${sandbox.read('etc/machine-id').trim()}\n`);
      const { code, journal } = sandbox.join({
        env: { HYBRID_NODE_MAX_ATTEMPTS: '0', HYBRID_NODE_NODE_WAIT_SECONDS: '0' },
      });
      expect(`${code} ${journal}`).toMatch(/^0 /);
      expect(sandbox.marker()).toMatchObject({ attempts: 3 });
    });

    it('gives up after the time it has', () => {
      const sandbox = sandboxOf();
      sandbox.program('curl', 'echo "curl: (6) Could not resolve host: x" >&2; exit 6');
      const { code, journal } = sandbox.join({
        env: { HYBRID_NODE_MAX_ATTEMPTS: '0', HYBRID_NODE_GIVE_UP_SECONDS: '0' },
      });
      expect(code).toBe(1);
      expect(journal).toMatch(/attempt 1 failed at 'network'; giving up after \d+ s, until the next boot/);
    });

    it('does not wait on when the NodeConfig was mended', () => {
      const sandbox = sandboxOf(iamConfig.replace('edge-1', 'edge-2'));
      sandbox.write('mended', iamConfig);
      sandbox.program('sleep', 'cp "$R/mended" "$R/etc/hybrid-node/nodeconfig.yaml"');
      const { code, journal } = sandbox.join({ env: { HYBRID_NODE_MAX_ATTEMPTS: '2' } });
      expect(`${code} ${journal}`).toMatch(/^0 /);
      expect(journal).toMatch(/this machine is 'edge-1', its NodeConfig is for 'edge-2'/);
      expect(journal).toContain('retry: the NodeConfig or join.env changed: trying again now');
      expect(sandbox.calls('sleep')).toHaveLength(1);
    });

    it('goes on behind the join when it was cut off there', () => {
      const sandbox = ssmSandbox();
      sandbox.join();
      const { instanceId, nodeConfigSha256 } = sandbox.marker();
      sandbox.remove('var/lib/hybrid-node/joined.json');
      sandbox.write('var/lib/hybrid-node/verified', `${instanceId} ${nodeConfigSha256}\n`);
      sandbox.remove('calls');
      const { code } = sandbox.join();
      expect(code).toBe(0);
      expect(sandbox.calls('nodeadm')).toEqual([]);
      expect(sandbox.marker()).toMatchObject({ node: 'mi-0123456789abcdef0', provider: 'ssm' });
    });

    it('uses an activation once, whatever comes afterwards', () => {
      const sandbox = ssmSandbox();
      sandbox.program('kubectl', noNode);
      const { journal } = sandbox.join({ env: { HYBRID_NODE_MAX_ATTEMPTS: '3', HYBRID_NODE_NODE_WAIT_SECONDS: '0' } });
      expect(sandbox.calls().filter((call) => call === 'registering')).toHaveLength(1);
      expect(journal.match(/not registered yet: this attempt uses the activation/g)).toHaveLength(1);
      expect(journal.match(/registered already as mi-0123456789abcdef0: the activation is not used/g)).toHaveLength(2);
      // What it was spent on is of no use without the code: that stays until there is a node.
      expect(sandbox.read('etc/hybrid-node/nodeconfig.yaml')).toContain(activationCode);
    });

    it('does not join with the registration of the machine it was cloned from', () => {
      const sandbox = ssmSandbox();
      sandbox.join();
      sandbox.remove('var/lib/hybrid-node/joined.json');
      sandbox.remove('calls');
      sandbox.write('sys/class/dmi/id/product_uuid', 'aaaaaaaa-0000-1111-2222-333344445555\n');
      const { code, journal } = sandbox.join();
      expect(code).toBe(1);
      expect(journal).toMatch(
        /machine: the registration mi-0123456789abcdef0 on this disk is that of machine 4c4c4544/,
      );
      expect(sandbox.calls('nodeadm').filter((call) => call.includes(' init '))).toEqual([]);
    });

    it('takes /root/.aws out of the way of IAM Roles Anywhere, and leaves it to SSM', () => {
      const sandbox = sandboxOf();
      sandbox.write('root/.aws/credentials', '[default]\n');
      expect(sandbox.join().journal).toMatch(/credentials would be kubelet's identity: moved/);
      expect(sandbox.has('root/.aws/credentials')).toBe(false);
      expect(sandbox.has('root/.aws/credentials.before-join')).toBe(true);
      const ssm = ssmSandbox();
      ssm.write('root/.aws/credentials', '[default]\n');
      ssm.join();
      expect(ssm.has('root/.aws/credentials')).toBe(true);
    });

    it('runs alone', async () => {
      const sandbox = sandboxOf();
      sandbox.program('curl', 'echo "curl: (6) Could not resolve host: x" >&2; exit 6');
      sandbox.program('sleep', 'exec /bin/sleep 60');
      const child = sandbox.start({ env: { HYBRID_NODE_MAX_ATTEMPTS: '0' } });
      await until(() => sandbox.calls('sleep').length > 0);
      expect(sandbox.join()).toEqual({ code: 1, journal: 'start: another join is running\n' });
      process.kill(-(child.pid ?? 0), 'SIGTERM');
      await new Promise((done) => child.on('close', done));
    });

    it.each(shells)(
      'ends at once when it is stopped, in %s: while it waits, and with nodeadm running',
      async (shell) => {
        for (const [seconds, program, body] of [
          ['sleep', 'curl', 'echo "curl: (7) Failed to connect" >&2; exit 7'],
          [
            'nodeadm',
            'nodeadm',
            'if [ "$1" = init ]; then trap "echo ended >>\'$R/calls\'; exit 1" TERM; /bin/sleep 60 & wait; fi',
          ],
        ] as const) {
          const sandbox = sandboxOf();
          sandbox.program(program, body);
          if (seconds === 'sleep') sandbox.program('sleep', 'exec /bin/sleep 60');
          const child = sandbox.start({ shell, env: { HYBRID_NODE_MAX_ATTEMPTS: '0' } });
          let journal = '';
          child.stdout?.on('data', (data) => {
            journal += String(data);
          });
          await until(() => sandbox.calls(seconds).some((call) => !call.includes('config check')));
          const asked = Date.now();
          child.kill('SIGTERM');
          const code = await new Promise((done) => child.on('exit', done));
          expect([code, journal.split('\n').at(-2)]).toEqual([
            143,
            'stop: stopped; the next start, or the next boot, tries again',
          ]);
          expect(Date.now() - asked).toBeLessThan(15_000);
          if (seconds === 'nodeadm') expect(sandbox.calls()).toContain('ended');
          try {
            process.kill(-(child.pid ?? 0), 'SIGKILL');
          } catch {
            // Nothing was left.
          }
        }
      },
    );

    it('refuses what it does not know', () => {
      expect(sandboxOf().join({ args: ['again'] })).toMatchObject({ code: 2, journal: /usage/ });
    });

    it('marks priorities for the journal only', () => {
      const sandbox = sandboxOf();
      sandbox.program('curl', 'echo "curl: (6) Could not resolve host: x" >&2; exit 6');
      const { journal } = sandbox.join({ env: { JOURNAL_STREAM: '8:1' } });
      expect(journal).toMatch(/^<6>hostname: /m);
      expect(journal).toMatch(/^<3>network: cannot reach /m);
      for (const line of journal.trim().split('\n')) expect(line).toMatch(/^<[346]>[a-z-]+: /);
    });
  });
});

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('waited too long');
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
