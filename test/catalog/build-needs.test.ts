import { describe, expect, it } from 'vitest';
import { listMissing, wordMissing } from '../../src/catalog/build-needs.ts';
import { type ImageRequest, inspectImage, resolveImage } from '../../src/catalog/resolve-image.ts';
import type { WrittenConfig } from '../../src/config/schema.ts';
import { configOf, configWith } from './sample.ts';

const vcenter: WrittenConfig['vsphere'] = {
  server: 'vcenter.example.org',
  user: 'builder',
  cluster: 'c1',
  datastore: 'ds1',
  network: 'net1',
};

function missingOf(config: ReturnType<typeof configOf>, name: string, request: ImageRequest = {}): string[] {
  return listMissing(config, resolveImage(config, name, request)).map(({ path }) => path);
}

describe('catalog/build-needs', () => {
  it.each(['ubuntu20', 'ubuntu22', 'ubuntu24', 'al2023', 'debian12-lab', 'debian12-netinst'])(
    'lets %s be built on QEMU with nothing set',
    (name) => {
      expect(missingOf(configOf({}), name)).toEqual([]);
    },
  );

  it('names all that RHEL needs at once', async () => {
    expect(missingOf(configOf({}), 'rhel9')).toEqual(['iso.url', 'iso.checksum', 'redhat.organization', 'redhat']);
    expect(missingOf(configOf({ subscription: 'none' }), 'rhel9', { source: 'cloud-image' })).toEqual([
      'cloudImage.url',
      'cloudImage.checksum',
    ]);
    const seeds = { ISO_URL: '/r.iso', ISO_CHECKSUM: 'a'.repeat(64), RH_USERNAME: 'me', RH_PASSWORD: 'secret-1' };
    const config = await configWith(seeds);
    expect(resolveImage(config, 'rhel9').subscription).toEqual({ kind: 'user' });
    expect(missingOf(config, 'rhel9')).toEqual([]);
    const key = await configWith({ ...seeds, RH_ORG: '123', RH_ACTIVATION_KEY: 'key-of-ours' });
    expect(resolveImage(key, 'rhel9').subscription).toEqual({ kind: 'activation-key' });
    expect(missingOf(key, 'rhel9')).toEqual([]);
  });

  it('asks for no sum of an ISO that lies on the vCenter, and says that one given is not looked at', () => {
    for (const url of ['[ds1] iso/ubuntu.iso', 'Library/ubuntu/ubuntu.iso']) {
      const whole = { ...vcenter };
      const top = configOf({ vsphere: whole, iso: { url } });
      expect(missingOf(top, 'ubuntu24', { builder: 'vsphere-iso' })).toEqual(['vsphere']);
      const images = { web: { extends: 'ubuntu24', builder: 'vsphere-iso', source: { kind: 'iso', url } } } as const;
      const own = configOf({ vsphere: whole, images });
      expect(inspectImage(own, 'web').findings).toEqual([]);
      expect(missingOf(own, 'web')).toEqual(['vsphere']);
      const checksum = `sha256:${'a'.repeat(64)}`;
      const summed = configOf({ iso: { url, checksum } });
      expect(inspectImage(summed, 'ubuntu24', { builder: 'vsphere-iso' }).findings).toMatchObject([
        { severity: 'warning', message: expect.stringContaining('is not looked at') },
      ]);
    }
    const remote = configOf({ vsphere: vcenter, iso: { url: 'https://example.org/rhel.iso' } });
    expect(missingOf(remote, 'rhel9', { builder: 'vsphere-iso' })).toContain('iso.checksum');
  });

  it("knows Debian's installer that hnf makes from one it does not", async () => {
    const source = { kind: 'iso' } as const;
    const config = configOf({
      images: {
        uefi: { extends: 'debian12-netinst', build: { firmware: 'uefi' } },
        trixie: { os: { family: 'debian', version: '13' }, source, provider: 'iam-ra' },
        own: { os: { family: 'debian', version: '12' }, source, provider: 'iam-ra', arch: 'arm64' },
        twelve: { os: { family: 'debian', version: '12' }, source, provider: 'iam-ra' },
      },
    });
    expect(missingOf(config, 'debian12-netinst')).toEqual([]);
    expect(missingOf(config, 'twelve')).toEqual([]);
    for (const name of ['uefi', 'trixie', 'own'])
      expect(missingOf(config, name).filter((path) => path !== 'arch')).toEqual(['iso.url', 'iso.checksum']);
    expect(missingOf(config, 'own')).toContain('arch');
    const [first] = listMissing(config, resolveImage(config, 'uefi'));
    expect(first?.message).toContain("the one hnf makes itself starts under BIOS, and build.firmware is 'uefi'");
    expect(missingOf(await configWith({ ISO_URL: '/d.iso' }), 'debian12-netinst')).toEqual(['iso.checksum']);
  });

  it('takes on trust what somebody insists on', () => {
    const trusting = (url: string) => configOf({ cloudImage: { url, checksum: 'none', allowUnverified: true } });
    const request = { source: 'cloud-image' };
    expect(missingOf(trusting('/srv/disk.img'), 'ubuntu24', request)).toEqual([]);
    expect(missingOf(trusting('https://example.org/disk.img'), 'ubuntu24', request)).toEqual([]);
  });

  it('names all that a vCenter needs at once', async () => {
    expect(missingOf(configOf({}), 'ubuntu24', { builder: 'vsphere-iso' })).toHaveLength(6);
    const config = await configWith({ VSPHERE_PASSWORD: 'secret-1' }, { vsphere: vcenter });
    expect(missingOf(config, 'ubuntu24', { builder: 'vsphere-iso' })).toEqual([]);
    expect(missingOf(config, 'ubuntu24', { builder: 'vsphere-clone' })).toEqual(['vsphere.template']);
    const template = configOf({ vsphere: { ...vcenter, template: 't1' } });
    expect(missingOf(template, 'al2023', { builder: 'vsphere-clone' })).toEqual(['vsphere']);
  });

  it('says it in words, with what to set', () => {
    const config = configOf({});
    const words = listMissing(config, resolveImage(config, 'rhel8')).map(wordMissing);
    expect(words).toContain(
      'rhel8/amd64/iso/qemu/ssm needs the installer ISO (access.redhat.com has it for subscribers); accepted: its address or path. Set ISO_URL or iso.url.',
    );
  });

  it('asks for what a machine on a vCenter can reach', () => {
    const preload = [{ reference: 'registry.k8s.io/pause:3.10', url: '/p.tar', sha256: 'a'.repeat(64) }];
    const config = configOf({ nodeadm: { artifacts: 'mirror' }, profile: { preload } });
    const paths = (given: Record<string, string>, builder: 'qemu' | 'vsphere-clone') =>
      listMissing(config, resolveImage(config, 'ubuntu24', { builder }), given).map(({ path }) => path);
    expect(paths({}, 'qemu')).toEqual([]);
    expect(paths({}, 'vsphere-clone')).toEqual(expect.arrayContaining(['nodeadm.artifacts', 'profile.preload']));
    const given = { mirror_url: 'http://m', preload_directory: '/p' };
    expect(paths(given, 'vsphere-clone')).not.toContain('nodeadm.artifacts');
    expect(paths(given, 'vsphere-clone')).not.toContain('profile.preload');
  });
});
