import { describe, expect, it } from 'vitest';
import { chooseFirmware } from '../../../src/lab/qemu/firmware.ts';

describe('lab/qemu/firmware', () => {
  it('needs no file for BIOS', () => {
    expect(chooseFirmware('bios', undefined)).toEqual({ kind: 'bios' });
  });

  it('takes the variables that belong to the pinned firmware', () => {
    expect(chooseFirmware('uefi', '/tools/CODE-of/OVMF_CODE_4M.fd')).toEqual({
      kind: 'uefi',
      code: '/tools/CODE-of/OVMF_CODE_4M.fd',
      varsTemplate: '/tools/CODE-of/OVMF_VARS_4M.fd',
    });
  });

  it('takes no firmware of the machine instead', () => {
    expect(() => chooseFirmware('uefi', undefined)).toThrow(
      expect.objectContaining({ code: 'tool.missing', hint: expect.stringContaining('hnf tools install ovmf-pvscsi') }),
    );
  });
});
