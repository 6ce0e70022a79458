import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHnf, waitNoProcesses } from '../../helpers/hnf-child.ts';
import { runHnf } from '../../helpers/run-cli.ts';
import type { Needed } from './need.ts';
import { needVcenter, startVcenter, type Vcenter } from './vcenter.ts';

let needed: Needed;
let vcenter: Vcenter;
let iso: { path: string; checksum: string };
/** Of the model: what has to be there before and after. */
const ownMachines = ['DC0_C0_RP0_VM0', 'DC0_H0_VM0'];

beforeAll(async () => {
  needed = await needVcenter();
  if (needed.missing !== undefined) return;
  vcenter = await startVcenter(needed);
  const path = join(mkdtempSync(join(tmpdir(), 'iso-')), 'installer.iso');
  const content = Buffer.alloc(3_000_000, 'installer');
  writeFileSync(path, content);
  iso = { path, checksum: `sha256:${createHash('sha256').update(content).digest('hex')}` };
  // What the tests find there, so that each can run alone.
  await vcenter.govc('datastore.upload', '-ds', 'LocalDS_0', iso.path, 'iso/ubuntu.iso');
  await vcenter.govc('library.create', '-ds', 'LocalDS_0', 'images');
});

afterAll(() => vcenter?.stop());

beforeEach((test) => {
  if (needed.missing !== undefined) test.skip(needed.missing);
});

const clone = ['image', 'build', 'ubuntu24', '--builder', 'vsphere-clone', '--format', 'vsphere', '-o', 'out'];
const install = ['image', 'build', 'ubuntu24', '--builder', 'vsphere-iso', '--format', 'vsphere', '-o', 'out'];

function environment(changes: Record<string, string | undefined> = {}): Record<string, string> {
  const all = { ...vcenter.env, ISO_URL: iso.path, ISO_CHECKSUM: iso.checksum, ...changes };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function nothingIsLeft(): Promise<void> {
  expect((await vcenter.machines()).sort()).toEqual(ownMachines);
  expect((await vcenter.cache()).filter((name) => name !== 'installer.iso')).toEqual([]);
  expect(await vcenter.sessions()).toEqual([]);
}

describe('integration/vsphere failures', () => {
  it.for([
    [{ VSPHERE_CLUSTER: 'DC0_C1' }, 2, /there is no cluster 'DC0_C1'; did you mean 'DC0_C0'\?/],
    [{ VSPHERE_DATACENTER: 'DC1' }, 2, /there is no datacenter 'DC1'; did you mean 'DC0'\?/],
    [{ VSPHERE_DATASTORE: 'LocalDS_1' }, 2, /there is no datastore 'LocalDS_1'; did you mean 'LocalDS_0'\?/],
    [{ VSPHERE_NETWORK: 'VM Netwerk' }, 2, /there is no network 'VM Netwerk'; did you mean 'VM Network'\?/],
    [{ VSPHERE_OUTPUT_FOLDER: 'templates' }, 2, /there is no folder '\/DC0\/vm\/templates'/],
    [{ GOVC_RESOURCE_POOL: 'builds' }, 2, /there is no resource pool 'builds'/],
    [
      { VSPHERE_TEMPLATE: 'DC0_C0_RP0_VM1' },
      2,
      /there is no template 'DC0_C0_RP0_VM1'; did you mean 'DC0_C0_RP0_VM0'\?/,
    ],
    [{ VSPHERE_PASSWORD: 'wrong-password' }, 2, /refuses this user name and password/],
    [{ GOVC_TLS_CA_CERTS: undefined }, 3, /the certificate of the vCenter '127\.0\.0\.1:\d+' is not trusted/],
    [{ VSPHERE_SERVER: '127.0.0.1:9' }, 3, /the vCenter '127\.0\.0\.1:9' cannot be reached: .*refused/],
    [{ VSPHERE_NETWORK: undefined, VSPHERE_TEMPLATE: undefined }, 2, /needs a network[\s\S]*needs a template to clone/],
    [{ HNF_VSPHERE_PLUGIN: 'vmvare' }, 2, /HNF_VSPHERE_PLUGIN is 'vmvare'; accepted: auto, hashicorp, vmware/],
    [{ HNF_VSPHERE_PLUGIN: 'vmware' }, 3, /github\.com\/vmware\/vsphere 2\.x is not in your Packer plugin folder/],
  ] as const)('%o: says what is wrong before anything is changed', async ([changes, exitCode, words]) => {
    const run = await runHnf(clone, { env: environment(changes) });
    expect(run.stderr).toMatch(words);
    expect(run.exitCode).toBe(exitCode);
    expect(run.stderr).not.toContain('wrong-password');
  });

  it.for([
    ['[LocalDS_0] iso/ubunto.iso', /there is no '\[LocalDS_0\] iso\/ubunto\.iso'; did you mean 'iso\/ubuntu\.iso'\?/],
    ['[LocalDS_1] iso/ubuntu.iso', /LocalDS_1/],
    ['Library/item/ubuntu.iso', /there is no 'Library\/item\/ubuntu\.iso' in a content library/],
  ] as const)('an installer that is not there: %s', async ([url, words]) => {
    const run = await runHnf([...install, '--dry-run'], { env: environment({ ISO_URL: url }) });
    expect(run.stderr).toMatch(words);
    expect(run.exitCode).not.toBe(0);
    await nothingIsLeft();
  });

  it('a content library that is not there', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
    writeFileSync(join(cwd, 'images.config.yaml'), 'vsphere:\n  contentLibrary: image\n');
    const run = await runHnf([...clone, '--dry-run'], { cwd, env: environment() });
    expect(run.stderr).toContain("there is no content library 'image'; did you mean 'images'?");
    expect(run.exitCode).toBe(2);
  });

  it('names every privilege the account lacks, with the object and what it is for', async () => {
    const denied = ['-deny', 'VirtualMachine.Interact.PutUsbScanCodes,Datastore.FileManagement'];
    const strict = await startVcenter(needed, denied);
    try {
      const run = await runHnf([...install, '--dry-run'], { env: environment(strict.env) });
      expect(run.exitCode).toBe(2);
      expect(run.stderr).toContain("'builder' lacks 2 privileges that the build needs");
      expect(run.stderr).toContain("VirtualMachine.Interact.PutUsbScanCodes on '/DC0/vm' (types the boot command)");
      expect(run.stderr).toContain("Datastore.FileManagement on '/DC0/datastore/LocalDS_0'");
      const cloned = await runHnf([...clone, '--dry-run'], { env: environment(strict.env) });
      expect(cloned.stderr).toContain('lacks 1 privilege that');
      expect(await strict.sessions()).toEqual([]);
    } finally {
      await strict.stop();
    }
  });

  it.for([
    ['SIGINT', install, /build: (boot|type boot command)/, {}],
    ['SIGTERM', clone, /build: wait for ssh/, { PKR_VAR_ssh_port: '9' }],
  ] as const)('%s leaves no machine, no CD, no session, no process', async ([signal, args, pattern, changes]) => {
    const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
    const temp = mkdtempSync('/tmp/hnf-fault-');
    const child = startHnf(args, { cwd, temp, env: environment(changes) });
    await child.waitFor(pattern, 60_000);
    expect(await vcenter.machines()).toContain('ubuntu24-1.34.2');
    child.kill(signal);
    const { exitCode, stdout, stderr } = await child.done;
    expect([exitCode, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(/interrupted\n$/);
    expect(await waitNoProcesses(temp, 20_000)).toEqual([]);
    await nothingIsLeft();
    expect(readdirSync(temp)).toEqual([]);
    rmSync(temp, { recursive: true });
    expect(readdirSync(join(cwd, 'out'))).toEqual(['ubuntu24-1.34.2.logs']);
  });

  it('removes what Packer could not, and nothing else', async () => {
    const fault = ['-fault', 'Destroy_Task=resource-in-use,count=1', '-fault', 'ExportVm=invalid-state'];
    const faulty = await startVcenter(needed, fault);
    try {
      const run = await runHnf([...clone.slice(0, -1), 'out', '--format', 'vsphere,ova'], {
        env: environment(faulty.env),
      });
      expect(run.exitCode).toBe(1);
      expect(run.stderr).toContain("removing 'ubuntu24-1.34.2', which the build left behind");
      expect(run.stderr).toContain("the build on the vCenter failed while 'export'");
      expect((await faulty.machines()).sort()).toEqual(ownMachines);
      expect(await faulty.cache()).toEqual([]);
      expect(await faulty.sessions()).toEqual([]);
    } finally {
      await faulty.stop();
    }
  });

  it('puts the image into a content library in place of a template', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
    writeFileSync(join(cwd, 'images.config.yaml'), 'vsphere:\n  contentLibrary: images\n');
    const run = await runHnf([...clone, '--json'], { cwd, env: environment() });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout).artifacts).toEqual([
      { format: 'vsphere', path: '/images/ubuntu24-1.34.2', bytes: null, sha256: null },
    ]);
    await nothingIsLeft();
  });

  it('installs from the datastore without an upload, and again over an upload that was cut off', async () => {
    const stub = join(mkdtempSync(join(tmpdir(), 'cut-')), 'installer.iso');
    writeFileSync(stub, 'half');
    await vcenter.govc('datastore.upload', '-ds', 'LocalDS_0', stub, 'packer_cache/installer.iso');
    const rhel = ['image', 'build', 'rhel9', '--builder', 'vsphere-iso', '--format', 'vsphere', '-o', 'out', '--force'];
    const redhat = { RH_ORG: '1', RH_ACTIVATION_KEY: 'an-activation-key' };
    const uploaded = await runHnf(rhel, { env: environment(redhat) });
    expect(uploaded.stderr).toContain('Uploading installer.iso');
    expect(`${uploaded.exitCode}: ${uploaded.stderr}`).toMatch(/^0: /);
    const sizes = await vcenter.govc('datastore.ls', '-l', '-ds', 'LocalDS_0', 'packer_cache');
    expect(sizes).toMatch(/2\.9MB.*installer\.iso/);
    const url = '[LocalDS_0] iso/ubuntu.iso';
    // Nobody can ask a vCenter for the sum of a file.
    const given = environment({ ...redhat, ISO_URL: url, ISO_CHECKSUM: undefined });
    const there = await runHnf([...rhel, '--no-cache'], { env: given });
    expect(`${there.exitCode}: ${there.stderr}`).toMatch(/^0: /);
    expect(there.stderr).not.toMatch(/Uploading \S*(installer|ubuntu)/);
    const started = vcenter.guest().filter((event) => event.what === 'power on');
    expect(started.at(-1)?.cds?.[0]).toBe(url);
    await vcenter.govc('vm.destroy', 'rhel9-1.34.2');
    await nothingIsLeft();
  });
});
