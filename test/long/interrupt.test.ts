import { beforeEach, describe, it } from 'vitest';
import { interruptAt } from '../fault/interrupt-case.ts';
import { needTime, needTools } from '../helpers/need-tools.ts';

/** Reaching the guest's provisioning takes a minute of emulation or more; the other phases are in test/fault. */
const phase = {
  name: 'provisioning',
  image: 'fault-lab',
  args: ['--format', 'raw'],
  pattern: /node layer: nodeadm-install/,
};

describe('long/interrupt', () => {
  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'mmdebstrap', 'qemu-img');
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('leaves nothing after %s while nodeadm installs', (signal) =>
    interruptAt(phase, signal),
  );
});
