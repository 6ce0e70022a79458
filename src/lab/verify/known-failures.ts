import { stripVTControlCharacters } from 'node:util';

/** A text on a serial console that tells why a guest does not come up. */
export interface KnownFailure {
  pattern: RegExp;
  /** What happened. */
  cause: string;
  /** What to do about it. */
  hint: string;
  /** The guest will not go on from here: no need to wait for the deadline. */
  fatal: boolean;
}

export const knownFailures: readonly KnownFailure[] = [
  {
    pattern: /The installer failed to download a file from the mirror/,
    cause: "the installer's mirror lacks one of its files",
    hint: 'Choose a full mirror of the distribution (profile.mirrors.apt): many caches leave out the installer’s own packages (.udeb).',
    fatal: true,
  },
  {
    pattern: /::installer-failed/,
    cause: 'the installer gave up',
    hint: 'Its own logs stand before this in the serial log.',
    fatal: true,
  },
  {
    pattern: /^Prompt: '\?' for help/m,
    cause: 'the installer asks somebody who is not there',
    hint: 'Look at the question in the serial log: an answer is missing, or was not accepted.',
    fatal: true,
  },
  {
    pattern: /VFS: Unable to mount root fs|No filesystem could mount root/,
    cause: 'the kernel could not mount its root file system',
    hint: 'The initramfs is missing or lacks the driver of the root disk: make it generic (MODULES=most, dracut --no-hostonly).',
    fatal: true,
  },
  {
    pattern: /Attempted to kill init/,
    cause: "the guest's first process (init) died",
    hint: 'Look at the lines before it; often a broken C library, or a CPU below what the distribution needs.',
    fatal: true,
  },
  {
    pattern: /Fatal glibc error: CPU does not support x86-64-v\d/,
    cause: 'the CPU model lacks instructions that this distribution needs',
    hint: 'Use the CPU model host (KVM) or max (TCG); on vSphere raise the EVC mode of the cluster.',
    fatal: true,
  },
  {
    pattern: /kthread timer wakeup didn't happen for \d+ jiffies/,
    cause: "a processor's timer stopped",
    hint: 'This machine had too much to do when the guest set its timer: run it again when it has less.',
    fatal: false,
  },
  {
    pattern: /Kernel panic - not syncing/,
    cause: 'the kernel panicked',
    hint: 'Look at the lines before the panic in the serial log.',
    fatal: true,
  },
  {
    pattern: /ALERT!\s+\S+ does not exist|Warning: \/dev\/\S+ does not exist|Dropping to (?:a|debug) shell!?$/im,
    cause: 'the initramfs did not find the root disk',
    hint: "The disk's driver is not in the initramfs, or root= names another disk: use a generic initramfs and root by UUID.",
    fatal: true,
  },
  {
    pattern: /grub rescue>|Minimal BASH-like line editing/,
    cause: 'GRUB did not find its files',
    hint: 'The boot partition moved or was not written: install the boot loader again and search for it by UUID.',
    fatal: true,
  },
  {
    pattern: /No bootable (?:device|option)/,
    cause: 'the firmware found nothing to boot from',
    hint: 'Is there a boot loader for this firmware? UEFI needs \\EFI\\BOOT\\BOOTX64.EFI, BIOS a boot sector; try the other --firmware.',
    fatal: true,
  },
  {
    pattern: /UEFI Interactive Shell|^Shell> /m,
    cause: 'the UEFI firmware found nothing to boot from and started its shell',
    hint: 'The ESP has no \\EFI\\BOOT\\BOOTX64.EFI (no NVRAM entry travels with a disk); try --firmware bios.',
    fatal: true,
  },
  {
    pattern:
      /You are in emergency mode|Give root password for maintenance|Cannot open access to console, the root account is locked/,
    cause: 'the guest went into emergency mode',
    hint: 'A file system of /etc/fstab could not be mounted or checked: look for "Dependency failed" in the serial log.',
    fatal: true,
  },
  {
    pattern: /Failed to load kernel|error: file `[^']*vmlinuz[^']*' not found|error: you need to load the kernel first/,
    cause: 'GRUB did not find the kernel that its menu names',
    hint: 'Run update-grub (grub2-mkconfig) after kernels were installed or removed.',
    fatal: true,
  },
  {
    pattern: /error: no such device: [0-9a-f-]{8,}|error: unknown filesystem\./,
    cause: 'GRUB looked for a file system that is not there',
    hint: 'The UUID in grub.cfg is not that of the disk: run update-grub (grub2-mkconfig) in the image.',
    fatal: false,
  },
  {
    pattern: /Datasource DataSourceNone|Used fallback datasource/,
    cause: 'cloud-init found no datasource',
    hint: 'The seed was not read: check datasource_list, a leftover ds= on the kernel command line, and the driver of the CD drive.',
    fatal: false,
  },
  {
    pattern: /No space left on device/,
    cause: "the guest's disk is full",
    hint: 'Raise disk.sizeGiB, and check that the root file system grows at first boot.',
    fatal: false,
  },
  {
    pattern: /Out of memory: Killed process|oom-kill:/,
    cause: 'the guest ran out of memory',
    hint: 'Raise build.memoryMiB.',
    fatal: false,
  },
  {
    pattern: /Timed out waiting for device/,
    cause: 'a disk or partition that /etc/fstab names did not appear',
    hint: 'Name file systems by UUID and mark optional ones nofail.',
    fatal: false,
  },
  {
    pattern: /Failed to start [^\n]*(?:ssh|OpenSSH)/i,
    cause: 'the SSH server did not start',
    hint: 'Host keys missing? A sealed image needs a unit (or cloud-init) that makes them at first boot.',
    fatal: false,
  },
  {
    pattern: /A start job is running for [^\n]*(?:wait-online|Network to be (?:Configured|Online))/i,
    cause: 'the guest waits for its network',
    hint: "No driver for the network card, or a leftover network configuration that matches the build machine's card only.",
    fatal: false,
  },
];

/** The first known failure that a serial log shows; the order of the table is the order of preference. */
export function findKnownFailure(serial: string): KnownFailure | undefined {
  const text = stripTerminal(serial);
  return knownFailures.find((failure) => failure.pattern.test(text));
}

/** The first known failure after which waiting is pointless. */
export function findFatalFailure(serial: string): KnownFailure | undefined {
  const text = stripTerminal(serial);
  return knownFailures.find((failure) => failure.fatal && failure.pattern.test(text));
}

/** One line, `cause: hint`, for a serial log of any guest, Packer's included; undefined when nothing is known. */
export function findSerialHint(serial: string): string | undefined {
  const failure = findKnownFailure(serial);
  return failure === undefined ? undefined : `${failure.cause}. ${failure.hint}`;
}

/** The last lines with something on them, without terminal control sequences. */
export function lastLines(serial: string, count: number): string[] {
  return stripTerminal(serial)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count);
}

/** Text without colours, cursor movements and carriage returns. */
export function stripTerminal(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\t\n\P{Cc}]/gu, '');
}
