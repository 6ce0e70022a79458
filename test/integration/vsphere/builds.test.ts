import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BuildResult } from '../../../src/flows/image-build/request.ts';
import { checkOva } from '../../../src/formats/check-ova.ts';
import { type CliRun, runHnf } from '../../helpers/run-cli.ts';
import type { Needed } from './need.ts';
import { type GuestEvent, needVcenter, readKeys, startVcenter, type Vcenter } from './vcenter.ts';

/** One build of each builder for Ubuntu and for RHEL, side by side against one vCenter; each test looks at what came of them. */
const cells = {
  'ubuntu iso': { image: 'ubuntu24', builder: 'vsphere-iso', kubernetes: '1.34.2' },
  'ubuntu clone': { image: 'ubuntu24', builder: 'vsphere-clone', kubernetes: '1.34.3' },
  'rhel iso': { image: 'rhel9', builder: 'vsphere-iso', kubernetes: '1.34.2' },
  'rhel clone': { image: 'rhel9', builder: 'vsphere-clone', kubernetes: '1.34.3' },
} as const;
type CellName = keyof typeof cells;

const activationKey = 'an-activation-key-of-nobody';

let needed: Needed;
let vcenter: Vcenter;
let iso: string;
const runs = new Map<CellName, CliRun & { result: BuildResult | undefined; seen: GuestEvent[] }>();

beforeAll(async () => {
  needed = await needVcenter();
  if (needed.missing !== undefined) return;
  vcenter = await startVcenter(needed);
  iso = join(mkdtempSync(join(tmpdir(), 'iso-')), 'installer.iso');
  writeFileSync(iso, Buffer.alloc(3_000_000, 'installer'));
  await Promise.all((Object.keys(cells) as CellName[]).map(build));
});

afterAll(() => vcenter?.stop());

beforeEach((test) => {
  if (needed.missing !== undefined) test.skip(needed.missing);
});

function environment(): Record<string, string> {
  const checksum = `sha256:${createHash('sha256').update(readFileSync(iso)).digest('hex')}`;
  const redhat = { RH_ORG: '1234567', RH_ACTIVATION_KEY: activationKey };
  return { ...vcenter.env, ISO_URL: iso, ISO_CHECKSUM: checksum, ...redhat };
}

async function build(name: CellName): Promise<void> {
  const { image, builder, kubernetes } = cells[name];
  const args = ['image', 'build', image, '--builder', builder, '--kubernetes', kubernetes, '--json'];
  const run = await runHnf([...args, '--format', 'vsphere,ova', '-o', 'out'], { env: environment() });
  const result = run.exitCode === 0 ? (JSON.parse(run.stdout) as BuildResult) : undefined;
  const seen = vcenter.guest().filter((event) => event.machine === `${image}-${kubernetes}`);
  runs.set(name, { ...run, result, seen });
}

function runOf(name: CellName) {
  const run = runs.get(name);
  if (run === undefined) throw new Error(`'${name}' was not built`);
  return run;
}

async function machineOf(name: CellName) {
  const path = `/DC0/vm/${cells[name].image}-${cells[name].kubernetes}`;
  const { virtualMachines } = JSON.parse(await vcenter.govc('vm.info', '-json', path));
  const { devices } = JSON.parse(await vcenter.govc('device.info', '-json', '-vm', path));
  const types = devices.map((device: { type: string }) => device.type) as string[];
  return { config: virtualMachines[0].config, types };
}

const names = Object.keys(cells) as CellName[];
const isos = ['ubuntu iso', 'rhel iso'] as const;

describe('integration/vsphere builds', () => {
  it.for(names)('%s: ends well, with a template and an OVA', (name) => {
    const run = runOf(name);
    expect(run.stderr).toBe('');
    expect(run.exitCode).toBe(0);
    expect(run.result?.artifacts).toMatchObject([
      { format: 'vsphere', bytes: 20 * 2 ** 30, sha256: null },
      { format: 'ova', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(run.result?.verify).toMatchObject({ failed: 0 });
    expect(run.result?.verify.passed).toBeGreaterThanOrEqual(7);
  });

  it.for(names)('%s: the template has the hardware asked for, and nothing of the build', async (name) => {
    const { config, types } = await machineOf(name);
    expect(config).toMatchObject({ template: true, hardware: { numCPU: 2, memoryMB: 4096 } });
    const extra = Object.fromEntries(
      config.extraConfig.map((row: { key: string; value: string }) => [row.key, row.value]),
    );
    expect(extra).toMatchObject({ 'disk.EnableUUID': 'TRUE' });
    expect(Object.keys(extra).filter((key) => key.startsWith('guestinfo.'))).toEqual([]);
    expect(types).not.toContain('VirtualCdrom');
    expect(config.annotation).toContain(`image ${runOf(name).result?.identity}`);
  });

  it.for(isos)('%s: UEFI, pinned hardware version, guest type, PVSCSI and VMXNET3', async (name) => {
    const { config, types } = await machineOf(name);
    const guestId = name === 'ubuntu iso' ? 'ubuntu64Guest' : 'rhel9_64Guest';
    expect(config).toMatchObject({ version: 'vmx-15', guestId, firmware: 'efi' });
    expect(types).toEqual(expect.arrayContaining(['ParaVirtualSCSIController', 'VirtualVmxnet3']));
  });

  it.for(names)('%s: the guest got every script, in order, byte by byte', (name) => {
    const run = runOf(name);
    const scripts = run.seen.flatMap((event) => (event.script === undefined ? [] : [event.script]));
    const folder = join(import.meta.dirname, '../../../templates/guest');
    const files = readdirSync(folder).filter((file) => file.endsWith('.sh'));
    const known = new Map(files.map((file) => [readFileSync(join(folder, file), 'utf8'), file]));
    const redhat = name.startsWith('rhel');
    expect(scripts.map((script) => known.get(script))).toEqual([
      'begin.sh',
      ...(redhat ? ['subscribe.sh'] : []),
      redhat ? 'install-base-rpm.sh' : 'install-base-apt.sh',
      'install-base.sh',
      'install-node.sh',
      'mark-node.sh',
      'install-join.sh',
      ...(redhat ? ['unsubscribe.sh'] : []),
      'list-contents.sh',
      'seal.sh',
    ]);
    expect(run.seen.find((event) => event.what === 'login')).toMatchObject({ user: 'hnf-build' });
    expect(run.seen.at(-1)).toMatchObject({ what: 'off by itself' });
  });

  it.for(['rhel iso', 'rhel clone'] as const)('%s: the activation key is on no command line and in no log', (name) => {
    const run = runOf(name);
    expect(JSON.stringify(run.seen.map((event) => event.command))).not.toContain(activationKey);
    const folder = join(run.cwd, 'out');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThanOrEqual(5);
    for (const { parentPath, name: file } of files) {
      const text = readFileSync(join(parentPath, file), 'latin1');
      expect(text.includes(activationKey), file).toBe(false);
      expect(text.includes(vcenter.env['VSPHERE_PASSWORD'] ?? '?'), file).toBe(false);
    }
  });

  it.for(names)('%s: the OVA is sound, with our descriptor and the exported disk', async (name) => {
    const run = runOf(name);
    const path = run.result?.artifacts[1]?.path ?? '';
    const report = await checkOva(path, { vmdkBy: 'others' });
    expect(report.vmdk).toMatchObject({ capacityBytes: 20 * 2 ** 30, grains: 1 });
    const imported = `from-ova-${cells[name].builder}-${cells[name].image}`;
    await vcenter.govc('import.ova', '-m', '-ds', 'LocalDS_0', '-pool', 'DC0_C0/Resources', '-name', imported, path);
    const { virtualMachines } = JSON.parse(await vcenter.govc('vm.info', '-json', imported));
    expect(virtualMachines[0].config.hardware).toMatchObject({ numCPU: 2, memoryMB: 4096 });
    await vcenter.govc('vm.destroy', imported);
  });

  it.for(names)('%s: manifest, checksums and SBOM beside the OVA; the log', (name) => {
    const run = runOf(name);
    const stem = `${cells[name].image}-${cells[name].kubernetes}`;
    const files = readdirSync(join(run.cwd, 'out')).sort();
    const suffixes = ['logs', 'manifest.json', 'ova', 'sha256', 'spdx.json'];
    expect(files).toEqual(suffixes.map((suffix) => `${stem}.${suffix}`));
    const manifest = JSON.parse(readFileSync(join(run.cwd, 'out', `${stem}.manifest.json`), 'utf8'));
    expect(manifest).toMatchObject({ identity: run.result?.identity, packages: 1, verify: { failed: 0 } });
    expect(manifest.builtWith).toMatchObject({ 'hashicorp/vsphere': '1.4.2' });
  });

  it('types what the installers want to hear', () => {
    expect(readKeys(runOf('rhel iso').seen)).toBe('<up>\n');
    expect(readKeys(runOf('ubuntu iso').seen)).toBe(
      'clinux /casper/vmlinuz autoinstall ---\ninitrd /casper/initrd\nboot\n',
    );
  });

  it('had installer and seed CD in the drives, and the seed named the build’s key', () => {
    for (const name of isos) {
      const [installer, seed, ...others] = runOf(name).seen.find((event) => event.what === 'power on')?.cds ?? [];
      expect(installer).toBe('[LocalDS_0] packer_cache/installer.iso');
      expect(seed).toMatch(/^\[LocalDS_0\] packer_cache\/packer\d+\.iso$/);
      expect(others).toEqual([]);
    }
  });

  it('leaves no seed CD on the datastore, one installer for the next build, and no session', async () => {
    expect(await vcenter.cache()).toEqual(['installer.iso']);
    expect(await vcenter.sessions()).toEqual([]);
  });

  it('answers a second build out of what is there', async () => {
    const { image, builder, kubernetes } = cells['ubuntu clone'];
    const args = ['image', 'build', image, '--builder', builder, '--kubernetes', kubernetes, '--json', '-o', 'out'];
    const again = await runHnf([...args, '--format', 'vsphere,ova'], {
      cwd: runOf('ubuntu clone').cwd,
      env: environment(),
    });
    expect(JSON.parse(again.stdout)).toMatchObject({ cached: true, identity: runOf('ubuntu clone').result?.identity });
    const elsewhere = await runHnf([...args, '--dry-run', '--format', 'ova,vsphere'], { env: environment() });
    expect(JSON.parse(elsewhere.stdout).steps.map((step: { action: string }) => step.action)).toEqual([
      'make',
      'make',
      'reuse',
    ]);
  });

  it('replaces another image of that name only with --force', async () => {
    const args = ['image', 'build', 'ubuntu24', '--builder', 'vsphere-clone', '--kubernetes', '1.34.3', '-o', 'out'];
    const other = [...args, '--provider', 'iam-ra', '--format', 'vsphere', '--json'];
    const refused = await runHnf(other, { env: environment() });
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout).toContain("there is a template '/DC0/vm/ubuntu24-1.34.3' already, which is not this image");
    const forced = await runHnf([...other, '--force'], { env: environment() });
    expect(forced.stderr).toBe('');
    expect(forced.exitCode).toBe(0);
    const { config } = await machineOf('ubuntu clone');
    expect(config.annotation).toContain(JSON.parse(forced.stdout).identity);
    expect(await vcenter.cache()).toEqual(['installer.iso']);
  });
});
