import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkInstaller, readSerialTail } from '../../../src/flows/image-build/serial-log.ts';

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
});
