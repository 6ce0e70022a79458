import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkClock, checkInstaller, readSerialTail } from '../../../src/flows/image-build/serial-log.ts';

describe('flows/image-build/serial-log', () => {
  it('gives the last lines without colours and control characters', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'serial-')), 'serial.log');
    writeFileSync(file, 'first\r\n\x1b[0;32mKernel panic\x1b[0m - not syncing\x07\r\n\n');
    expect(await readSerialTail(file, 1)).toEqual(['Kernel panic - not syncing']);
    expect(await readSerialTail(file)).toEqual(['first', 'Kernel panic - not syncing']);
  });

  it('is empty when the guest never printed', async () => {
    expect(await readSerialTail('/nowhere/serial.log')).toEqual([]);
  });

  it('ends the wait when the installer stopped, and only then', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'serial-')), 'serial.log');
    const judge = (text: string) => {
      writeFileSync(file, text);
      return checkInstaller(file);
    };
    await expect(judge('curtin: no disk\r\n::installer-failed\r\n')).rejects.toMatchObject({
      code: 'build.failed',
      message: 'the installer gave up',
    });
    await expect(judge("Download installer components\r\nPrompt: '?' for help, default=1> ")).rejects.toMatchObject({
      hint: expect.stringContaining('question'),
    });
    // What the keys of the build call up on the way, and what was answered long ago.
    await judge('GNU GRUB\r\n   Minimal BASH-like line editing is supported.\r\ngrub> ');
    await judge(`Prompt: '?' for help\r\n${'Unpacking …\r\n'.repeat(20)}`);
    await judge('::installer-started\r\n');
    await checkInstaller('/nowhere/serial.log');
  });

  it('ends the wait for a guest whose timer stopped, not for one that was late once', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'serial-')), 'serial.log');
    const stall = [
      '[  218.030511] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:',
      "[  218.033321] rcu: rcu_preempt kthread timer wakeup didn't happen for 5255 jiffies! g-1127 f0x0 RCU_GP_WAIT_FQS(5)",
      '[  218.034140] rcu: Possible timer handling issue on cpu=0 timer-softirq=5',
      ...Array.from({ length: 20 }, (_, line) => `[  218.034470]  ret_from_fork+0x${line}`),
    ].join('\r\n');
    writeFileSync(file, `${stall}\r\n${stall}\r\n[  OK  ] Reached target multi-user.target`);
    await checkClock(file);
    await checkClock('/nowhere/serial.log');
    writeFileSync(file, `${stall}\r\n`.repeat(3));
    await expect(checkClock(file)).rejects.toMatchObject({ code: 'guest.stalled' });
  });
});
