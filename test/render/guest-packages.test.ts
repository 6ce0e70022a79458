import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.ts';
import { listGuestPackages } from '../../src/render/guest-packages.ts';
import { isRpm } from '../../src/render/packer/shared-view.ts';
import { builtinCells } from './cells.ts';
import { fullProfile, sampleSpec } from './profile/sample.ts';

const scripts = (['install-base-apt', 'install-base-rpm', 'install-node', 'apply-profile'] as const).map(
  (name) => [name, readFileSync(join(packageRoot(), `templates/guest/${name}.sh`), 'utf8')] as const,
);

/** nodeadm's own names; the rest has to be in our scripts. */
const ofNodeadm = new Set(['containerd', 'containerd.io']);

describe('render/guest-packages', () => {
  it('names what the guest scripts install', () => {
    for (const spec of [...builtinCells, sampleSpec('ubuntu'), sampleSpec('rhel')]) {
      const other = isRpm(spec) ? 'install-base-apt' : 'install-base-rpm';
      const text = scripts
        .filter(([name]) => name !== other)
        .map(([, script]) => script)
        .join('\n');
      for (const name of listGuestPackages({ ...spec, packages: [] })) {
        if (ofNodeadm.has(name)) continue;
        expect(text, `${spec.name}: ${name}`).toContain(name.replace(/^(glibc-langpack-).*/, '$1'));
      }
    }
  });

  it('forgets none of the names that install-base-apt.sh has', () => {
    const [, script = ''] = scripts[0] ?? [];
    const names = /install -- ([\s\S]*?) \$packages/.exec(script)?.[1]?.split(/[\s\\]+/) ?? [];
    expect(names.length).toBeGreaterThan(5);
    expect(listGuestPackages(sampleSpec('ubuntu', {}))).toEqual(expect.arrayContaining(names));
  });

  it('has the user’s packages and those of the profile', () => {
    const spec = { ...sampleSpec('debian', fullProfile), packages: ['nfs-common'] };
    expect(listGuestPackages(spec)).toEqual(expect.arrayContaining(['nfs-common', 'nftables', 'nvidia-open']));
  });
});
