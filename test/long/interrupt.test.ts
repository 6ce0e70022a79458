import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { startHnf, waitNoProcesses } from '../helpers/hnf-child.ts';
import { cacheFolder, needTime, needTools } from '../helpers/need-tools.ts';

/** Its base layer is that of debian12-lab, its node layer is its own: hnf has to start a machine for it. */
const catalog = `images:
  fault-lab:
    extends: debian12-lab
    nodeadm: { timeoutMinutes: 21 }
  debian12-lab:
    hardware: { cpus: 3 }
`;

interface Phase {
  name: string;
  image: string;
  formats: string;
  /** On stderr when the phase is under way. */
  pattern: RegExp;
}

const phases: readonly Phase[] = [
  { name: 'base layer', image: 'debian11-lab', formats: 'raw', pattern: /base layer: packages/ },
  { name: 'boot', image: 'fault-lab', formats: 'raw', pattern: /node layer: wait for ssh/ },
  { name: 'provisioning', image: 'fault-lab', formats: 'raw', pattern: /node layer: nodeadm-install/ },
  { name: 'formats', image: 'debian12-lab', formats: 'qcow2,ova', pattern: /formats: writing/ },
  { name: 'verify', image: 'debian12-lab', formats: 'ova', pattern: /verify: booting/ },
];

const cases = phases.flatMap((phase) =>
  (['SIGINT', 'SIGTERM', 'SIGKILL'] as const)
    // Reaching the guest's provisioning takes a minute of emulation: the two ways that differ are enough there.
    .filter((signal) => phase.name !== 'provisioning' || signal !== 'SIGTERM')
    .map((signal) => [signal, phase.name, phase] as const),
);

function leftovers(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** The same folders before and after: what other processes of this machine have there does not count. */
function cacheState(): string[] {
  return ['tmp', 'locks'].flatMap((name) => leftovers(join(cacheFolder(), name)).map((entry) => `${name}/${entry}`));
}

describe('long/interrupt', () => {
  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'mmdebstrap', 'qemu-img');
  });

  it.each(cases)('leaves nothing after %s during %s', async (signal, _name, phase) => {
    const before = cacheState();
    const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
    const temp = mkdtempSync('/tmp/hnf-fault-');
    writeFileSync(join(cwd, 'images.config.yaml'), catalog);
    const child = startHnf(['image', 'build', phase.image, '--format', phase.formats, '-o', 'out'], { cwd, temp });
    await child.waitFor(phase.pattern, 8 * 60_000);
    child.kill(signal);
    const { exitCode, stdout, stderr } = await child.done;
    expect(await waitNoProcesses(temp, 60_000)).toEqual([]);
    if (signal !== 'SIGKILL') {
      expect([exitCode, stdout]).toEqual([130, '']);
      expect(stderr).toMatch(/interrupted\n$/);
      expect(stderr).not.toContain('internal error');
    }
    const left = () => [
      ...leftovers(temp),
      ...leftovers(join(cwd, 'out')).filter((name) => !name.endsWith('.logs')),
      ...cacheState().filter((entry) => !before.includes(entry)),
    ];
    await waitUntil(() => left().length === 0);
    expect(left()).toEqual([]);
  });

  it('goes on as if nothing had happened', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
    const temp = mkdtempSync('/tmp/hnf-fault-');
    const run = startHnf(['image', 'build', 'debian12-lab', '--format', 'raw', '-o', 'out'], { cwd, temp });
    expect(await run.done).toMatchObject({ exitCode: 0 });
    expect(leftovers(join(cwd, 'out')).sort()).toContain('debian12-lab-1.34.2.raw');
  });
});

/** The reaper removes things after the process is gone. */
async function waitUntil(isDone: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100 && !isDone(); tries += 1) await new Promise((wake) => setTimeout(wake, 200));
}
