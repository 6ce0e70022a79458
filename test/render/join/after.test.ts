import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needTime } from '../../helpers/need-tools.ts';
import { activationCode, iamConfig, makeSandbox, type Sandbox, ssmConfig } from './sandbox.ts';

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

/** Keeps guestinfo in files; `vmware-rpctool` as it is called by cloud-init. */
const rpctool = `key=\${1#info-??? guestinfo.}
case $1 in
  info-get*) cat "$R/guestinfo/$key" 2>/dev/null || { printf 'No value found' >&2; exit 1; } ;;
  info-set*) name=\${key%% *}; printf '%s' "\${key#* }" >"$R/guestinfo/$name" ;;
esac`;

function vmware(sandbox: Sandbox, keys: Readonly<Record<string, string>> = {}): void {
  sandbox.write('sys/class/dmi/id/product_name', 'VMware7,1\n');
  mkdirSync(join(sandbox.root, 'guestinfo'));
  for (const [key, value] of Object.entries(keys)) sandbox.write(`guestinfo/${key}`, value);
  sandbox.program('vmware-rpctool', rpctool);
}

function holders(sandbox: Sandbox, text: string): string[] {
  return readdirSync(sandbox.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

describe('render/join: scrub.sh and state.sh', () => {
  it("takes away cloud-init's copies of the user data, and no more", () => {
    const sandbox = sandboxOf(ssmConfig);
    const instance = 'var/lib/cloud/instances/edge-1-aaaa';
    for (const name of ['user-data.txt', 'user-data.txt.i', 'cloud-config.txt', 'obj.pkl'])
      sandbox.write(`${instance}/${name}`, `x ${activationCode}`);
    sandbox.write(`${instance}/datasource`, 'DataSourceVMware');
    symlinkSync('instances/edge-1-aaaa', join(sandbox.root, 'var/lib/cloud/instance'));
    sandbox.write('run/cloud-init/combined-cloud-config.json', activationCode);
    sandbox.write('run/cloud-init/enabled', '');
    sandbox.write('run/cloud-init/result.json', '{}');
    sandbox.write('var/lib/cloud/seed/nocloud/user-data', activationCode);
    sandbox.write('var/lib/cloud/seed/nocloud/meta-data', '{"instance-id": "edge-1-aaaa"}');
    const { code, journal } = sandbox.join();
    expect(`${code} ${journal}`).toMatch(/^0 /);
    expect(holders(sandbox, activationCode)).toEqual([]);
    expect(sandbox.marker()).toMatchObject({ scrubbed: ['nodeconfig', 'cloud-init'], left: [] });
    expect(sandbox.has(`${instance}/datasource`)).toBe(true);
    expect(sandbox.has('var/lib/cloud/data/instance-id')).toBe(true);
    expect(sandbox.read('var/lib/cloud/seed/nocloud/user-data')).toBe('#cloud-config\n{}\n');
    expect(sandbox.read('var/lib/cloud/seed/nocloud/meta-data')).toContain('edge-1-aaaa');
  });

  it('leaves a running cloud-init what it reads, and says so', () => {
    const sandbox = sandboxOf();
    sandbox.write('run/cloud-init/enabled', '');
    sandbox.write('var/lib/cloud/instances/i/obj.pkl', 'x');
    const { journal } = sandbox.join({ env: { HYBRID_NODE_CLOUD_INIT_WAIT_SECONDS: '0' } });
    expect(journal).toMatch(/scrub: cloud-init: it is still running/);
    expect(sandbox.marker()).toMatchObject({ left: ['cloud-init'] });
    expect(sandbox.has('var/lib/cloud/instances/i/obj.pkl')).toBe(true);
  });

  it('clears user data in guestinfo, and keeps metadata', () => {
    const sandbox = sandboxOf();
    const keys = {
      userdata: 'H4sI',
      'userdata.encoding': 'gzip+base64',
      metadata: 'e30=',
      'metadata.encoding': 'base64',
    };
    vmware(sandbox, keys);
    sandbox.join();
    expect(sandbox.read('guestinfo/userdata')).toBe('---');
    expect(sandbox.read('guestinfo/userdata.encoding').trim()).toBe('');
    expect(sandbox.read('guestinfo/metadata')).toBe('e30=');
    expect(sandbox.marker()).toMatchObject({ scrubbed: ['guestinfo.userdata'], left: [] });
  });

  it('keeps user data that the next boot would be another instance without', () => {
    const sandbox = sandboxOf();
    vmware(sandbox, { userdata: 'H4sI' });
    expect(sandbox.join().journal).toMatch(/scrub: guestinfo.userdata: there is no metadata beside it/);
    expect(sandbox.read('guestinfo/userdata')).toBe('H4sI');
    expect(sandbox.marker()).toMatchObject({ left: ['guestinfo.userdata'] });
  });

  it('says so when guestinfo cannot be written', () => {
    const sandbox = sandboxOf();
    vmware(sandbox, { userdata: 'H4sI', metadata: 'e30=' });
    sandbox.program('vmware-rpctool', rpctool.replace('info-set*)', 'info-set*) exit 1 ;; never)'));
    expect(sandbox.join().journal).toMatch(/guestinfo.userdata: it cannot be cleared from here/);
    expect(sandbox.marker()).toMatchObject({ left: ['guestinfo.userdata'] });
  });

  it('names the seed medium, which it cannot change', () => {
    const sandbox = sandboxOf();
    sandbox.write('dev/disk/by-label/cidata', '');
    expect(sandbox.join().journal).toMatch(/scrub: medium cidata: the seed medium still has the user data/);
    expect(sandbox.marker()).toMatchObject({ left: ['medium cidata'] });
  });

  it('leaves a code alone that it does not understand', () => {
    const text = ssmConfig.replace(`activationCode: "${activationCode}"`, 'activationCode: *code');
    const sandbox = sandboxOf(`x: &code "${activationCode}"\n${text}`);
    expect(sandbox.join().journal).toMatch(/scrub: nodeconfig: the activation code is written as an alias/);
    expect(sandbox.read('etc/hybrid-node/nodeconfig.yaml')).toContain('activationCode: *code');
    expect(sandbox.marker()).toMatchObject({ left: ['nodeconfig'] });
  });

  it('scrubs nothing where that is not wanted', () => {
    const sandbox = sandboxOf(ssmConfig);
    sandbox.write('etc/hybrid-node/join.env', 'HYBRID_NODE_SCRUB=no\n');
    sandbox.join();
    expect(sandbox.read('etc/hybrid-node/nodeconfig.yaml')).toContain(activationCode);
    expect(sandbox.marker()).toMatchObject({ scrubbed: [], left: ['everything'] });
  });

  it('reports through guestinfo where it stands, without secrets', () => {
    const sandbox = sandboxOf(ssmConfig);
    vmware(sandbox);
    sandbox.program(
      'nodeadm',
      `if [ "$1" = init ]; then echo '{"error":"bad \\\\"${activationCode}\\\\""}' >&2; exit 1; fi`,
    );
    sandbox.join();
    const status = JSON.parse(sandbox.read('guestinfo/hybrid-node.status')) as Record<string, unknown>;
    expect(status).toMatchObject({
      state: 'failed',
      step: 'init',
      attempt: 1,
      detail: 'nodeadm init ended with exit code 1: bad "***"',
    });
    const states = sandbox.calls('vmware-rpctool').flatMap((call) => /"step":"([a-z]+)"/.exec(call)?.[1] ?? []);
    expect(states).toEqual(['hostname', 'time', 'environment', 'nodeconfig', 'machine', 'network', 'init', 'init']);
    expect(sandbox.calls().join('\n')).not.toContain(activationCode);
    const quiet = sandboxOf();
    vmware(quiet);
    quiet.write('etc/hybrid-node/join.env', 'HYBRID_NODE_REPORT=no\n');
    quiet.join();
    expect(quiet.has('guestinfo/hybrid-node.status')).toBe(false);
  });

  it('tells systemd what it does', () => {
    const sandbox = sandboxOf();
    sandbox.join({ env: { NOTIFY_SOCKET: '/run/systemd/notify' } });
    expect(sandbox.calls('systemd-notify')).toContain('systemd-notify --status=joining, attempt 1, step init');
    expect(sandbox.calls('systemd-notify').at(-1)).toContain('joined');
  });

  describe('recheck', () => {
    it.each<[what: string, change: (sandbox: Sandbox) => void, saw: RegExp | undefined]>([
      ['nothing changed', () => {}, undefined],
      [
        'no data source was found this time',
        (it) => it.write('var/lib/cloud/data/instance-id', 'iid-datasource-none\n'),
        undefined,
      ],
      ['there is no cloud-init', (it) => it.remove('var/lib/cloud'), undefined],
      ['the NodeConfig was removed', (it) => it.remove('etc/hybrid-node/nodeconfig.yaml'), undefined],
      [
        'another instance',
        (it) => it.write('var/lib/cloud/data/instance-id', 'edge-1-bbbb\n'),
        /this is instance 'edge-1-bbbb', not 'edge-1-aaaa'/,
      ],
      [
        'another NodeConfig',
        (it) => it.write('etc/hybrid-node/nodeconfig.yaml', ssmConfig.replace('us-west-2', 'us-east-1')),
        /the NodeConfig is another one/,
      ],
      ['the same payload once more', (it) => it.write('etc/hybrid-node/nodeconfig.yaml', ssmConfig), undefined],
      ['the marker is damaged', (it) => it.write('var/lib/hybrid-node/joined.json', '{'), /is damaged/],
    ])('%s', (_, change, saw) => {
      const sandbox = sandboxOf(ssmConfig);
      expect(sandbox.join().code).toBe(0);
      change(sandbox);
      sandbox.remove('calls');
      const { code, journal } = sandbox.join({ args: ['recheck'] });
      expect([code, sandbox.has('var/lib/hybrid-node/joined.json')]).toEqual([0, saw === undefined]);
      expect(journal).toMatch(saw ?? /^recheck: joined as 'edge-1' at .*; nothing to do$/m);
      expect(sandbox.calls()).toEqual([]);
    });
  });
});
