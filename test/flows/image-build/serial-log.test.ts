import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSerialTail } from '../../../src/flows/image-build/serial-log.ts';

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
});
