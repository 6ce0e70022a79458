import { describe, expect, it } from 'vitest';
import { guestError } from '../../../src/lab/qemu/guest-error.ts';
import { findFatalFailure, findSerialHint, knownFailures, lastLines } from '../../../src/lab/verify/known-failures.ts';

const boot = `\u001b[2J\u001b[01;01HBooting from Hard Disk...\r
GRUB loading.\r
[    0.000000] Linux version 6.1.0-56-amd64\r
[\u001b[0;32m  OK  \u001b[0m] Reached target \u001b[0;1;39mgetty.target\u001b[0m - Login Prompts.\r
\r
Debian GNU/Linux 12 localhost ttyS0\r
\r
localhost login: `;

describe('lab/verify/known-failures', () => {
  it.each([
    [
      '[   5.1] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
      'could not mount its root',
      true,
    ],
    ['[   5.1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00', 'init) died', true],
    ['[   5.1] Kernel panic - not syncing: Fatal exception in interrupt', 'kernel panicked', true],
    ["rcu: rcu_preempt kthread timer wakeup didn't happen for 5255 jiffies! g-1127", 'timer stopped', false],
    ['Fatal glibc error: CPU does not support x86-64-v2', 'CPU model', true],
    ['ALERT!  UUID=0a1b does not exist.  Dropping to a shell!', 'did not find the root disk', true],
    [
      '[ 190.1] dracut-initqueue[399]: Warning: /dev/disk/by-uuid/0a1b does not exist',
      'did not find the root disk',
      true,
    ],
    [
      'error: no such device: 0a1b2c3d-aaaa.\r\nEntering rescue mode...\r\ngrub rescue> ',
      'GRUB did not find its files',
      true,
    ],
    ['   Minimal BASH-like line editing is supported.', 'GRUB did not find its files', true],
    [
      'The installer failed to download a file from the mirror. This may be a problem',
      'mirror lacks one of its files',
      true,
    ],
    ['--- journal\r\n::installer-failed', 'the installer gave up', true],
    ["Prompt: '?' for help, default=1> ", 'somebody who is not there', true],
    ['No bootable device.', 'nothing to boot from', true],
    ['BdsDxe: No bootable option or device was found.', 'nothing to boot from', true],
    ['UEFI Interactive Shell v2.2', 'started its shell', true],
    ['You are in emergency mode. After logging in', 'emergency mode', true],
    ["error: file `/vmlinuz' not found.", 'did not find the kernel', true],
    ['error: no such device: 0a1b2c3d-0000-1111.', 'file system that is not there', false],
    ['cloud-init[500]: Datasource DataSourceNone.  Up 60.1 seconds', 'no datasource', false],
    ['cp: error writing: No space left on device', 'disk is full', false],
    ['Out of memory: Killed process 812 (nodeadm)', 'out of memory', false],
    ['[ TIME ] Timed out waiting for device /dev/disk/by-uuid/1', 'did not appear', false],
    ['[FAILED] Failed to start ssh.service - OpenBSD Secure Shell server.', 'SSH server did not start', false],
    [
      'A start job is running for Wait for Network to be Configured (1min 2s / no limit)',
      'waits for its network',
      false,
    ],
  ])('knows %s', (text, cause, fatal) => {
    const serial = `${boot}\n${text}\n`;
    expect(findSerialHint(serial)).toContain(cause);
    expect(findFatalFailure(serial) !== undefined).toBe(fatal);
  });

  it('has a test above for every entry', () => {
    expect(knownFailures.length).toBe(21);
  });

  it('sees nothing wrong in a boot that works', () => {
    expect(findSerialHint(boot)).toBeUndefined();
    expect(findSerialHint('')).toBeUndefined();
    expect(findFatalFailure(boot)).toBeUndefined();
  });

  it('shows the last lines as a person reads them', () => {
    expect(lastLines(boot, 3)).toEqual([
      '[  OK  ] Reached target getty.target - Login Prompts.',
      'Debian GNU/Linux 12 localhost ttyS0',
      'localhost login:',
    ]);
  });

  it('makes an error of it: cause, hint and the last words', () => {
    const error = guestError('after 90 s the guest did not log in', `${boot}\nNo bootable device.\n`);
    expect(error).toMatchObject({
      code: 'verify.failed',
      message: 'after 90 s the guest did not log in: the firmware found nothing to boot from',
      hint: expect.stringContaining('BOOTX64.EFI'),
    });
    expect(error.details.at(-1)).toBe('No bootable device.');
    expect(guestError('nothing came', '').hint).toContain('console=ttyS0');
  });
});
