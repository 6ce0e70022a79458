import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch, Firmware } from '../../catalog/image-spec.ts';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import { type FirmwareFiles, parseFirmwareDescriptor } from './firmware-descriptor.ts';

/** What a VM boots with: SeaBIOS comes with QEMU itself, UEFI is a pair of flash images. */
export type FoundFirmware = { kind: 'bios' } | ({ kind: 'uefi' } & FirmwareFiles);

export interface FirmwareLookup {
  /** Folders of firmware descriptors, the first one wins; default: where QEMU packages put them. */
  descriptorDirs?: readonly string[];
  /** Pairs tried when no descriptor fits; default: the known places of each distribution. */
  pairs?: readonly (FirmwareFiles & { arch: Arch })[];
}

const defaultDescriptorDirs = [
  '/etc/qemu/firmware',
  '/usr/share/qemu/firmware',
  '/usr/local/share/qemu/firmware',
  '/opt/homebrew/share/qemu/firmware',
];

/** Pairs belong together: the 2 MB and the 4 MB builds of OVMF lay their variables out differently. */
const defaultPairs: readonly (FirmwareFiles & { arch: Arch })[] = [
  pair('amd64', '/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'),
  pair('amd64', '/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/OVMF/OVMF_VARS.fd'),
  pair('amd64', '/usr/share/edk2/ovmf/OVMF_CODE.fd', '/usr/share/edk2/ovmf/OVMF_VARS.fd'),
  pair('amd64', '/usr/share/edk2/x64/OVMF_CODE.4m.fd', '/usr/share/edk2/x64/OVMF_VARS.4m.fd'),
  pair('amd64', '/usr/share/edk2/x64/OVMF_CODE.fd', '/usr/share/edk2/x64/OVMF_VARS.fd'),
  pair('amd64', '/opt/homebrew/share/qemu/edk2-x86_64-code.fd', '/opt/homebrew/share/qemu/edk2-i386-vars.fd'),
  pair('amd64', '/usr/local/share/qemu/edk2-x86_64-code.fd', '/usr/local/share/qemu/edk2-i386-vars.fd'),
  pair('arm64', '/usr/share/AAVMF/AAVMF_CODE.fd', '/usr/share/AAVMF/AAVMF_VARS.fd'),
  pair('arm64', '/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw', '/usr/share/edk2/aarch64/vars-template-pflash.raw'),
  pair('arm64', '/opt/homebrew/share/qemu/edk2-aarch64-code.fd', '/opt/homebrew/share/qemu/edk2-arm-vars.fd'),
];

/**
 * The firmware for a VM: QEMU's own descriptors first (docs/interop/firmware.json), then the known places.
 * Builds that want Secure Boot or SMM are passed over.
 * @throws FactoryError `tool.missing`
 */
export async function findFirmware(kind: Firmware, arch: Arch, lookup: FirmwareLookup = {}): Promise<FoundFirmware> {
  if (kind === 'bios') {
    if (arch === 'amd64') return { kind };
    throw new FactoryError('input.invalid', `there is no BIOS for '${arch}'; accepted: uefi`);
  }
  for (const folder of lookup.descriptorDirs ?? defaultDescriptorDirs) {
    const files = await findDescribed(folder, arch);
    if (files !== undefined) return { kind, ...files };
  }
  for (const candidate of lookup.pairs ?? defaultPairs) {
    if (candidate.arch === arch && (await isUsablePair(candidate))) {
      return { kind, code: candidate.code, varsTemplate: candidate.varsTemplate };
    }
  }
  const name = arch === 'arm64' ? 'qemu-efi-aarch64' : 'ovmf';
  throw new FactoryError('tool.missing', `no UEFI firmware for QEMU (${arch}) was found on this machine`, {
    hint: `Install it: package '${name}' on Debian and Ubuntu, 'edk2-ovmf' on Fedora and RHEL; or use --firmware bios.`,
  });
}

async function findDescribed(folder: string, arch: Arch): Promise<FirmwareFiles | undefined> {
  for (const name of await listDescriptors(folder)) {
    const files = parseFirmwareDescriptor(await readFile(join(folder, name), 'utf8'), arch);
    if (files !== undefined && (await isUsablePair(files))) return files;
  }
  return undefined;
}

async function listDescriptors(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || hasErrno(error, 'ENOTDIR') || hasErrno(error, 'EACCES')) return [];
    throw error;
  }
}

/** Both files are there and neither is of the other's size class. */
async function isUsablePair(files: FirmwareFiles): Promise<boolean> {
  if (is4M(files.code) !== is4M(files.varsTemplate)) return false;
  return (await isFile(files.code)) && (await isFile(files.varsTemplate));
}

function is4M(path: string): boolean {
  return /[_.]4m\b/i.test(path);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

function pair(arch: Arch, code: string, varsTemplate: string): FirmwareFiles & { arch: Arch } {
  return { arch, code, varsTemplate };
}
