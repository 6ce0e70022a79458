import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { needTime } from '../../helpers/need-tools.ts';
import { makeSystemdRoot, type SystemdRoot } from './systemd-root.ts';

const roots: SystemdRoot[] = [];
const units = ['hybrid-node-join.service', 'hybrid-node-join-again.service'];

/** The whole boot, with cloud-init in it: its own generator puts it there. */
const verify = `set -u
mkdir -p /run/systemd /run/gen/normal /run/gen/early /run/gen/late
echo 'policy: enabled' >/etc/cloud/ds-identify.cfg
/lib/systemd/system-generators/cloud-init-generator /run/gen/normal /run/gen/early /run/gen/late >/dev/null 2>&1
if find /run/gen -name cloud-init.target | grep -q .; then echo 'the generator turned cloud-init on'; fi
export SYSTEMD_UNIT_PATH=/run/gen/early:/run/gen/normal:/run/gen/late:
systemd-analyze verify --man=no default.target 2>&1 || echo "default.target: exit code $?"
systemd-analyze verify --man=no ${units.map((unit) => `/etc/systemd/system/${unit}`).join(' ')} 2>&1 || echo "units: exit code $?"
exit 0
`;

/** What systemd says of a unit of ours, or of an order that cannot be. */
function complaints(output: string): string[] {
  return output.split('\n').filter((line) => /cycle|hybrid-node-join|Failed|units: exit/i.test(line));
}

describe('integration/render/boot-order', () => {
  beforeEach(needTime);
  afterAll(() => {
    for (const root of roots) root.dispose();
  });

  it.for([
    ['bullseye', '247'],
    ['bookworm', '252'],
    ['trixie', '257'],
  ] as const)(
    'orders the join without a cycle among the real units of %s, systemd %s',
    async ([suite, version], context) => {
      const root = await makeSystemdRoot(context, suite);
      roots.push(root);
      expect(root.version).toBe(version);
      const { stdout } = await root.sh(verify);
      expect(complaints(stdout), stdout).toEqual([]);
      expect(stdout).toContain('generator turned cloud-init on');
      const enabled = await root.sh(`systemctl is-enabled ${units.join(' ')}`);
      expect(enabled.stdout.trim().split('\n')).toEqual(['enabled', 'static']);

      // What the comment in the unit warns of is seen by this test.
      root.write('etc/systemd/system/hybrid-node-join.service.d/wrong.conf', '[Unit]\nAfter=cloud-final.service\n');
      const wrong = await root.sh(verify);
      expect(complaints(wrong.stdout).join('\n')).toMatch(/ordering cycle/);
    },
  );
});
