import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needTime } from '../../helpers/need-tools.ts';
import { iamConfig, makeSandbox, type Sandbox, ssmConfig } from './sandbox.ts';

const open: Sandbox[] = [];

beforeEach(needTime);

afterEach(() => {
  for (const sandbox of open.splice(0)) sandbox.dispose();
});

function sandboxOf(nodeConfig = iamConfig): Sandbox {
  const sandbox = makeSandbox(nodeConfig);
  open.push(sandbox);
  return sandbox;
}

function inits(sandbox: Sandbox): number {
  return sandbox.calls('nodeadm').filter((call) => call.includes(' init ')).length;
}

const nodeConfigPath = 'etc/hybrid-node/nodeconfig.yaml';

describe('render/join: steps.sh', () => {
  it.each<[what: string, node: string, host: string, saw: RegExp | undefined]>([
    ['the same name', 'edge-1', 'edge-1', undefined],
    ['the whole name in one, its first label in the other', 'edge-1.site.example', 'edge-1', undefined],
    ['the other way round', 'edge-1', 'edge-1.site.example', undefined],
    ["another machine's", 'edge-2', 'edge-1', /this machine is 'edge-1', its NodeConfig is for 'edge-2'/],
    ['no name of a node', 'Edge_1', 'Edge_1', /'Edge_1' is no name for a node/],
  ])('compares host name and node name: %s', (_, node, host, saw) => {
    const sandbox = sandboxOf(iamConfig.replace('edge-1', node));
    sandbox.program('uname', `echo ${host}`);
    const { code, journal } = sandbox.join();
    expect([code, inits(sandbox)]).toEqual(saw === undefined ? [0, 1] : [1, 0]);
    expect(journal).toMatch(saw ?? /hostname: this machine is/);
  });

  it('lets names differ where that is meant', () => {
    const sandbox = sandboxOf(iamConfig.replace('edge-1', 'node-7'));
    sandbox.write('etc/hybrid-node/join.env', 'HYBRID_NODE_NAME_CHECK=no\n');
    expect(sandbox.join().code).toBe(0);
  });

  it('waits for a name, and says when there is none', () => {
    const sandbox = sandboxOf(ssmConfig);
    sandbox.program('uname', 'echo localhost');
    const { journal } = sandbox.join();
    expect(journal).toMatch(/hostname: this machine has no name of its own \('localhost'\)/);
    expect(sandbox.calls('sleep').slice(0, 15)).toEqual(Array(15).fill('sleep 2'));
  });

  it('warns of a name that is a loopback address', () => {
    const sandbox = sandboxOf();
    sandbox.program('getent', 'echo "127.0.1.1  STREAM edge-1"');
    expect(sandbox.join()).toMatchObject({ code: 0, journal: expect.stringMatching(/'edge-1' is a loopback address/) });
  });

  it('waits for the clock once, then goes on and says so', () => {
    const sandbox = sandboxOf();
    sandbox.program('timedatectl', 'echo NTPSynchronized=no');
    sandbox.program('kubectl', 'echo Unauthorized; exit 1');
    const env = {
      HYBRID_NODE_MAX_ATTEMPTS: '2',
      HYBRID_NODE_TIME_WAIT_SECONDS: '20',
      HYBRID_NODE_NODE_WAIT_SECONDS: '0',
    };
    const { journal } = sandbox.join({ env });
    expect(journal.match(/time: waiting until the clock is synchronised, at most 20 s/g)).toHaveLength(1);
    expect(journal).toMatch(/time: the clock is not synchronised after 20 s .*; going on/);
    expect(journal).toMatch(/time: the clock is not synchronised after 0 s/);
    expect(inits(sandbox)).toBe(2);
  });

  it.each([
    [-600, /time: this machine's clock says .* which https:\/\/rolesanywhere.* is 600 s behind of/],
    [100_000, /100000 s ahead of/],
    [200, undefined],
  ])('compares its clock with what AWS says: %d s', (seconds, saw) => {
    const sandbox = sandboxOf();
    sandbox.program(
      'curl',
      `while [ "$1" != --dump-header ]; do shift; done
printf 'HTTP/2 403\\r\\nDate: %s\\r\\n\\r\\n' "$(LC_ALL=C date -u -d '${seconds} seconds' '+%a, %d %b %Y %H:%M:%S GMT')" >"$2"`,
    );
    const { code, journal } = sandbox.join();
    expect([code, inits(sandbox)]).toEqual(saw === undefined ? [0, 1] : [1, 0]);
    // A second may pass between the two clocks.
    if (saw !== undefined) expect(journal.replace(/(599|99999) s/, (_, n) => `${Number(n) + 1} s`)).toMatch(saw);
  });

  it('closes a NodeConfig that others can read', () => {
    const sandbox = sandboxOf();
    sandbox.remove(nodeConfigPath);
    sandbox.write(nodeConfigPath, iamConfig, 0o644);
    expect(sandbox.join().journal).toMatch(/nodeconfig.yaml had mode 644, now 600/);
    expect(sandbox.mode(nodeConfigPath)).toBe(0o600);
  });

  it('follows no link', () => {
    const sandbox = sandboxOf();
    sandbox.remove(nodeConfigPath);
    sandbox.write('elsewhere', iamConfig);
    symlinkSync('../../elsewhere', join(sandbox.root, nodeConfigPath));
    expect(sandbox.join()).toMatchObject({ code: 1, journal: expect.stringMatching(/is no regular file/) });
  });

  it('says so when the NodeConfig is gone', () => {
    const sandbox = sandboxOf();
    sandbox.remove(nodeConfigPath);
    expect(sandbox.join()).toMatchObject({ code: 1, journal: expect.stringMatching(/nodeconfig: .* is gone/) });
  });

  it('tells what nodeadm has against a NodeConfig, and does not try it', () => {
    const sandbox = sandboxOf();
    sandbox.program(
      'nodeadm',
      `echo '{"level":"fatal","msg":"Command failed","error":"error unmarshaling JSON: unknown field \\\\"spec.clustr\\\\""}' >&2; exit 1`,
    );
    const { code, journal } = sandbox.join();
    expect(code).toBe(1);
    expect(journal).toMatch(
      /^nodeconfig: nodeadm does not accept .*: .*unknown field "spec.clustr"; hnf nodeconfig check/m,
    );
    expect(inits(sandbox)).toBe(0);
  });

  it('lets a NodeConfig pass whose paths nodeadm init fills in', () => {
    const sandbox = sandboxOf();
    sandbox.program(
      'nodeadm',
      `case $1 in config) echo '{"level":"fatal","error":"CertificatePath is missing in hybrid iam roles anywhere configuration"}' >&2; exit 1 ;; esac
mkdir -p "$R/var/lib/kubelet"; echo x >"$R/var/lib/kubelet/kubeconfig"`,
    );
    expect(sandbox.join().code).toBe(0);
  });

  it('says so when the programs of the provider are not in the image', () => {
    const ssm = sandboxOf(ssmConfig);
    ssm.remove('usr/bin/amazon-ssm-agent');
    expect(ssm.join().journal).toMatch(/machine: the NodeConfig is for SSM, and this image has no amazon-ssm-agent/);
    const anywhere = sandboxOf();
    anywhere.remove('usr/local/bin/aws_signing_helper');
    expect(anywhere.join().journal).toMatch(/IAM Roles Anywhere, and this image has no aws_signing_helper/);
    const none = sandboxOf();
    none.remove('usr/local/bin/nodeadm');
    expect(none.join().journal).toMatch(/does not accept .*there is no .*\/usr\/local\/bin\/nodeadm/);
  });

  it('asks every service before it spends an activation, and names all that do not answer', () => {
    const sandbox = sandboxOf(ssmConfig);
    sandbox.program(
      'curl',
      `case "$1" in
  *ssm.us*) echo "curl: (6) Could not resolve host: ssm" >&2; exit 6 ;;
  *sts*) echo "curl: (28) Connection timed out after 10001 milliseconds" >&2; exit 28 ;;
  *ecr*) echo "curl: (60) SSL certificate problem: self-signed certificate in certificate chain" >&2; exit 60 ;;
  *) echo "curl: (7) Failed to connect to eks" >&2; exit 7 ;;
esac`,
    );
    const { code, journal } = sandbox.join();
    expect(code).toBe(1);
    const line = journal.split('\n').find((text) => text.startsWith('network: cannot reach')) ?? '';
    expect(line).toContain('https://ssm.us-west-2.amazonaws.com: the name is not found (DNS)');
    expect(line).toContain('https://sts.us-west-2.amazonaws.com: no answer within 10 s');
    expect(line).toContain(
      'https://api.ecr.us-west-2.amazonaws.com: TLS fails: (60) SSL certificate problem: self-signed',
    );
    expect(line).toContain('https://eks.us-west-2.amazonaws.com: no connection');
    expect(inits(sandbox)).toBe(0);
  });

  it('asks where the region, the SDK and the NodeConfig say', () => {
    const asked = (sandbox: Sandbox) => sandbox.calls('curl').map((call) => call.split(' ')[1]);
    const china = sandboxOf(ssmConfig.replaceAll('us-west-2', 'cn-north-1'));
    china.join();
    expect(asked(china)[0]).toBe('https://ssm.cn-north-1.amazonaws.com.cn');
    const given = sandboxOf(
      iamConfig.replace(
        '    region',
        '    apiServerEndpoint: "https://api.lab:6443"\n    certificateAuthority: "eA=="\n    cidr: "10.1.0.0/16"\n    region',
      ),
    );
    given.write('etc/hybrid-node/join.env', 'AWS_ENDPOINT_URL_STS=http://10.0.2.2:1\n');
    given.join();
    expect(asked(given)).toEqual([
      'https://rolesanywhere.us-west-2.amazonaws.com',
      'http://10.0.2.2:1',
      'https://api.ecr.us-west-2.amazonaws.com',
      'https://api.lab:6443',
    ]);
    expect(given.calls('curl').filter((call) => call.includes('--insecure'))).toHaveLength(1);
    given.write('etc/hybrid-node/join.env', 'HYBRID_NODE_NETWORK_CHECK=no\n');
    given.remove('calls');
    given.remove('var/lib/hybrid-node');
    expect(given.join().journal).toContain('network: not looked at: HYBRID_NODE_NETWORK_CHECK=no');
    expect(asked(given)).toEqual([]);
  });

  it('starts when cloud-init has finished, and not later than it may', () => {
    const sandbox = sandboxOf();
    sandbox.write('run/cloud-init/enabled', '');
    sandbox.program('sleep', 'if [ "$(wc -l <"$R/calls")" -ge 3 ]; then touch "$R/run/cloud-init/result.json"; fi');
    expect(sandbox.join()).toMatchObject({ code: 0, journal: expect.stringMatching(/^cloud-init: waiting until/) });
    expect(sandbox.calls('sleep')).toHaveLength(3);
    const slow = sandboxOf();
    slow.write('run/cloud-init/enabled', '');
    const { journal } = slow.join({ env: { HYBRID_NODE_CLOUD_INIT_WAIT_SECONDS: '8' } });
    expect(journal).toMatch(/cloud-init: not finished after 8 s, going on/);
  });
});
