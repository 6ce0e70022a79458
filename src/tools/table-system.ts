import type { Tool } from './types.ts';

/** Programs and files of the distribution; any version of a supported Debian or Ubuntu will do unless a range is given. */
export const systemTools: readonly Tool[] = [
  {
    ...system('qemu-system-x86_64', ['qemu-system-x86'], 'runs virtual machines', '>=6.2'),
    probe: { args: ['--version'], pattern: /version (\d+(?:\.\d+)*)/ },
  },
  {
    ...system('qemu-img', ['qemu-utils'], 'makes and compares disks', '>=6.2'),
    probe: { args: ['--version'], pattern: /version (\d+(?:\.\d+)*)/ },
  },
  {
    ...system('ovmf', ['ovmf'], 'UEFI firmware for builds with build.firmware uefi'),
    // The rendered Packer variables name Debian's; on other distributions one sets them to one of these.
    files: [
      '/usr/share/OVMF/OVMF_CODE_4M.fd',
      '/usr/share/OVMF/OVMF_CODE.fd',
      '/usr/share/edk2/ovmf/OVMF_CODE.fd',
      '/usr/share/edk2/x64/OVMF_CODE.4m.fd',
    ],
  },
  {
    ...system('xorriso', ['xorriso'], 'writes seed and installer ISOs'),
    probe: { args: ['-version'], pattern: /^xorriso(?: version\s*:)?\s+(\d+(?:\.\d+)*)/m },
  },
  {
    ...system('mformat', ['mtools'], 'makes FAT file systems without mounting'),
    probe: { args: ['--version'], pattern: /mtools\) (\d+(?:\.\d+)*)/ },
  },
  {
    ...system('mcopy', ['mtools'], 'copies into FAT file systems without mounting'),
    probe: { args: ['--version'], pattern: /mtools\) (\d+(?:\.\d+)*)/ },
  },
  {
    ...system('mmd', ['mtools'], 'makes folders in FAT file systems without mounting'),
    probe: { args: ['--version'], pattern: /mtools\) (\d+(?:\.\d+)*)/ },
  },
  {
    ...system('sfdisk', ['fdisk'], 'writes partition tables into files'),
    probe: { args: ['--version'], pattern: /util-linux (\d+(?:\.\d+)*)/ },
  },
  {
    // `mkfs.ext4 -d DIRECTORY` came with 1.43; earlier ones ignore it.
    ...system('mkfs.ext4', ['e2fsprogs'], 'makes the root file system out of a folder', '>=1.43'),
    probe: { args: ['-V'], pattern: /mke2fs (\d+(?:\.\d+)*)/ },
  },
  {
    ...system('mmdebstrap', ['mmdebstrap'], 'makes the lab root file system without privileges', '>=0.7'),
    probe: { args: ['--version'], pattern: /mmdebstrap (\d+(?:\.\d+)*)/ },
  },
  {
    ...system('debian-archive-keyring', ['debian-archive-keyring'], 'checks the packages of the lab image'),
    files: [
      '/usr/share/keyrings/debian-archive-keyring.gpg',
      '/usr/share/keyrings/debian-archive-keyring.pgp',
      '/etc/apt/trusted.gpg.d/debian-archive-bookworm-stable.gpg',
    ],
  },
  system('newuidmap', ['uidmap'], 'lets an ordinary user make a root file system'),
  {
    ...system('ssh', ['openssh-client'], 'reaches the guest'),
    probe: { args: ['-V'], pattern: /OpenSSH_(\d+(?:\.\d+)*)/ },
  },
  system('ssh-keygen', ['openssh-client'], 'makes the key of one build'),
  {
    ...system('shellcheck', ['shellcheck'], 'judges the scripts we write'),
    probe: { args: ['--version'], pattern: /^version: (\d+(?:\.\d+)*)/m },
  },
  {
    ...system('systemd-analyze', ['systemd'], 'judges the units we write', '>=245'),
    probe: { args: ['--version'], pattern: /^systemd (\d+)/m },
  },
  system('debconf-set-selections', ['debconf'], "judges the answers for Debian's installer"),
];

function system(name: string, packages: readonly string[], why: string, wanted = ''): Tool {
  return { name, kind: 'system', why, wanted, packages, sources: ['path', 'apt'] };
}
