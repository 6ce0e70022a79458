import { describe, expect, it } from 'vitest';
import { findBuildHint, findPhase } from '../../src/packer/phases.ts';

describe('packer/phases', () => {
  it('recognises steps by what Packer says and by our own markers', () => {
    expect(findPhase('Waiting for SSH to become available...')?.name).toBe('wait for ssh');
    expect(findPhase('Gracefully halting virtual machine...')?.name).toBe('shut down');
    expect(findPhase('::phase=seal')).toEqual({ name: 'seal', limitMinutes: 60 });
    expect(findPhase('::phase=nodeadm-install limit=25')).toEqual({ name: 'nodeadm-install', limitMinutes: 25 });
    expect(findPhase('Reading package lists...')).toBeUndefined();
  });

  it('knows what to do about known failures', () => {
    expect(findBuildHint('error: Timeout waiting for SSH.')).toContain('serial log');
    expect(findBuildHint('E: Unable to locate package nope')).toContain('packages');
    // The name of the build has `qemu` in it.
    const failed =
      '==> lab.qemu.base: E: Unable to locate package x\n--> lab.qemu.base: Script exited with non-zero exit status';
    expect(findBuildHint(failed)).toContain('packages');
    expect(findBuildHint('Error launching VM: Qemu failed to start.')).toContain('QEMU did not start');
    expect(findBuildHint('all is well')).toBeUndefined();
  });
});
