import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFirmware } from '../../../src/lab/qemu/firmware.ts';
import { parseFirmwareDescriptor } from '../../../src/lab/qemu/firmware-descriptor.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hnf-firmware-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Fields {
  code: string;
  vars: string;
  features?: string[];
  machines?: string[];
  architecture?: string;
}

function descriptor({ code, vars, features = [], machines = ['pc-q35-*'], architecture = 'x86_64' }: Fields): string {
  return JSON.stringify({
    description: 'x',
    'interface-types': ['uefi'],
    mapping: {
      device: 'flash',
      executable: { filename: code, format: 'raw' },
      'nvram-template': { filename: vars, format: 'raw' },
    },
    targets: [{ architecture, machines }],
    features,
    tags: [],
  });
}

async function file(name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, '');
  return path;
}

describe('lab/qemu/firmware', () => {
  it('needs no file for BIOS, and knows that arm64 has none', async () => {
    expect(await findFirmware('bios', 'amd64', { descriptorDirs: [], pairs: [] })).toEqual({ kind: 'bios' });
    await expect(findFirmware('bios', 'arm64')).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('passes over Secure Boot builds, other machines, and files that are not there', async () => {
    const code = await file('CODE_4M.fd');
    const vars = await file('VARS_4M.fd');
    await writeFile(join(folder, '10-a.json'), descriptor({ code, vars, features: ['secure-boot', 'requires-smm'] }));
    await writeFile(join(folder, '20-b.json'), descriptor({ code: '/nowhere/CODE_4M.fd', vars }));
    await writeFile(
      join(folder, '30-c.json'),
      descriptor({ code, vars, architecture: 'aarch64', machines: ['virt-*'] }),
    );
    await writeFile(join(folder, '40-d.json'), 'not json');
    await expect(findFirmware('uefi', 'amd64', { descriptorDirs: [folder], pairs: [] })).rejects.toMatchObject({
      code: 'tool.missing',
      hint: expect.stringContaining("'ovmf'"),
    });
    await writeFile(join(folder, '50-e.json'), descriptor({ code, vars }));
    expect(await findFirmware('uefi', 'amd64', { descriptorDirs: ['/nowhere', folder], pairs: [] })).toEqual({
      kind: 'uefi',
      code,
      varsTemplate: vars,
    });
  });

  it('never mixes the 2 MB and the 4 MB build', async () => {
    const code2 = await file('OVMF_CODE.fd');
    const vars4 = await file('OVMF_VARS_4M.fd');
    await writeFile(join(folder, '10.json'), descriptor({ code: code2, vars: vars4 }));
    const pairs = [{ arch: 'amd64' as const, code: code2, varsTemplate: vars4 }];
    await expect(findFirmware('uefi', 'amd64', { descriptorDirs: [folder], pairs })).rejects.toThrow(
      'no UEFI firmware',
    );
  });

  it('falls back to the known places, of the right architecture', async () => {
    const code = await file('AAVMF_CODE.fd');
    const varsTemplate = await file('AAVMF_VARS.fd');
    const pairs = [{ arch: 'arm64' as const, code, varsTemplate }];
    expect(await findFirmware('uefi', 'arm64', { descriptorDirs: [], pairs })).toMatchObject({ code, varsTemplate });
    await expect(findFirmware('uefi', 'amd64', { descriptorDirs: [], pairs })).rejects.toThrow('amd64');
  });

  it('reads no other kind of descriptor', () => {
    expect(parseFirmwareDescriptor('{}', 'amd64')).toBeUndefined();
    expect(parseFirmwareDescriptor('[]', 'amd64')).toBeUndefined();
    const memory = { 'interface-types': ['bios'], mapping: { device: 'memory', filename: '/bios.bin' } };
    expect(parseFirmwareDescriptor(JSON.stringify({ ...memory, targets: [], features: [] }), 'amd64')).toBeUndefined();
  });
});
