import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runHnfProcess } from '../helpers/hnf-child.ts';
import { needTime, needTools } from '../helpers/need-tools.ts';
import { interruptAt, type Phase } from './interrupt-case.ts';

/** The phase inside the guest takes minutes to reach: test/long/interrupt.test.ts. */
const phases: readonly Phase[] = [
  {
    name: 'base layer',
    image: 'debian11-lab',
    args: ['--format', 'raw', '--no-cache'],
    pattern: /base layer: packages/,
  },
  { name: 'boot', image: 'fault-lab', args: ['--format', 'raw'], pattern: /node layer: wait for ssh/ },
  { name: 'formats', image: 'debian12-lab', args: ['--format', 'qcow2,ova'], pattern: /formats: writing/ },
  { name: 'verify', image: 'debian12-lab', args: ['--format', 'raw'], pattern: /verify: booting/ },
];

const cases = phases.flatMap((phase) =>
  (['SIGINT', 'SIGTERM', 'SIGKILL'] as const).map((signal) => [signal, phase.name, phase] as const),
);

describe('fault/interrupt', () => {
  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'mmdebstrap', 'qemu-img');
  });

  it.each(cases)('leaves nothing after %s during %s', (signal, _name, phase) => interruptAt(phase, signal));

  it('goes on as if nothing had happened', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
    const temp = mkdtempSync('/tmp/hnf-fault-');
    const run = await runHnfProcess(['image', 'build', 'debian12-lab', '--format', 'raw', '-o', 'out'], { cwd, temp });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(cwd, 'out'))).toContain('debian12-lab-1.34.2.raw');
  });
});
