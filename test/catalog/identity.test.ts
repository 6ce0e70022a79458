import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseIdentity, imageIdentity, nodeIdentity } from '../../src/catalog/identity.ts';
import type { ImageSpec } from '../../src/catalog/image-spec.ts';
import { emptyProfile } from '../../src/catalog/profile.ts';

/** Written out: a change of the catalog must not change the pinned values below. */
const spec: ImageSpec = {
  name: 'sample',
  os: { family: 'debian', version: '12', codename: 'bookworm' },
  arch: 'amd64',
  source: { kind: 'bootstrap', suite: 'bookworm', mirror: 'http://deb.debian.org/debian', packages: ['a', 'b'] },
  builder: 'qemu',
  provider: 'iam-ra',
  kubernetes: '1.34.2',
  nodeadm: {
    version: '1.0.19',
    region: 'us-west-2',
    containerdSource: 'distro',
    artifacts: { kind: 'mirror' },
    timeoutMinutes: 20,
  },
  disk: { sizeGiB: 4 },
  packages: ['jq', 'chrony'],
  timezone: 'Etc/UTC',
  locale: 'C.UTF-8',
  keyboard: 'us',
  subscription: null,
  profile: emptyProfile,
  build: { cpus: 2, memoryMiB: 2048, firmware: 'bios', sshTimeoutMinutes: 20 },
  hardware: { cpus: 2, memoryMiB: 2048, firmware: 'uefi', hardwareVersion: 15, guestOsType: 'other5xLinux64Guest' },
};
const templates = { 'setup.sh': 'echo hello\n' };
const tools = { mmdebstrap: '1.3.5' };

function idsOf(changed: Partial<ImageSpec>) {
  const parts = { spec: { ...spec, ...changed }, templates, tools };
  const base = baseIdentity(parts);
  return { base, node: nodeIdentity({ ...parts, base }), image: imageIdentity(parts) };
}

describe('catalog/identity', () => {
  it('has the pinned values: a change here makes every cached layer of every user be built again', () => {
    expect(idsOf({})).toMatchInlineSnapshot(`
      {
        "base": "411bd148d54cc5b2aa7821e7313a7bc4ad61f3f1e97dec3c20f4b2f6ba9c1b7b",
        "image": "0f18d1ccb046313012076af8dcbc091c30aae64970dc7b3c8e35b8edb5bb89e2",
        "node": "45cb4bd69a84f1364e4c48b0871ad97199f863f30c0bfedd7ab7897bb3c4fc32",
      }
    `);
  });

  const changes: readonly (readonly [string, Partial<ImageSpec>, readonly string[]])[] = [
    ['kubernetes', { kubernetes: '1.34.3' }, ['node', 'image']],
    ['nodeadm', { nodeadm: { ...spec.nodeadm, version: '1.0.20' } }, ['node', 'image']],
    ['containerd', { nodeadm: { ...spec.nodeadm, containerdSource: 'none' } }, ['node', 'image']],
    ['provider', { provider: 'ssm' }, ['node', 'image']],
    ['hardware', { hardware: { ...spec.hardware, cpus: 4 } }, ['image']],
    ['disk', { disk: { sizeGiB: 8 } }, ['base', 'node', 'image']],
    ['partitions', { disk: { sizeGiB: 4, partitions: [{ mount: '/var', sizeGiB: 4 }] } }, ['base', 'node', 'image']],
    ['packages', { packages: ['jq'] }, ['base', 'node', 'image']],
    ['timezone', { timezone: 'Europe/Berlin' }, ['base', 'node', 'image']],
    ['the order of packages', { packages: ['chrony', 'jq'] }, []],
    [
      'the machine it is built on',
      { build: { cpus: 8, memoryMiB: 8192, firmware: 'bios', sshTimeoutMinutes: 90 } },
      [],
    ],
    ['a deadline', { nodeadm: { ...spec.nodeadm, timeoutMinutes: 90 } }, []],
  ];
  it.each(changes)('a change of %s changes what depends on it and nothing else', (_what, changed, expected) => {
    const [before, after] = [idsOf({}), idsOf(changed)];
    const differing = (['base', 'node', 'image'] as const).filter((layer) => before[layer] !== after[layer]);
    expect(differing).toEqual(expected);
  });

  it('does not depend on the order of keys', () => {
    const shuffled = fc.shuffledSubarray(Object.keys(spec), { minLength: Object.keys(spec).length });
    fc.assert(
      fc.property(shuffled, (keys) => {
        const same = Object.fromEntries(keys.map((key) => [key, spec[key as keyof ImageSpec]])) as unknown as ImageSpec;
        return baseIdentity({ spec: same, templates, tools }) === baseIdentity({ spec, templates, tools });
      }),
    );
  });

  it('depends on every byte of the texts and on tool versions', () => {
    const before = baseIdentity({ spec, templates, tools });
    expect(baseIdentity({ spec, templates: { 'setup.sh': 'echo hello' }, tools })).not.toBe(before);
    expect(baseIdentity({ spec, templates: { 'setup2.sh': 'echo hello\n' }, tools })).not.toBe(before);
    expect(baseIdentity({ spec, templates, tools: { mmdebstrap: '1.3.6' } })).not.toBe(before);
  });
});
