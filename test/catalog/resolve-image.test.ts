import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinImages } from '../../src/catalog/builtin-images.ts';
import { inspectImage, resolveImage } from '../../src/catalog/resolve-image.ts';
import { FactoryError } from '../../src/core/errors.ts';
import { findBootCommand } from '../../src/render/packer/boot-command.ts';
import { cloudImage, configOf, messagesOf, ubuntu } from './sample.ts';

describe('catalog/resolve-image', () => {
  it.each(Object.keys(builtinImages))('gives the complete spec of %s', (name) => {
    expect(resolveImage(configOf({}), name)).toMatchSnapshot();
  });

  it('takes request over image over extended image over top of the config over built-in row over default', () => {
    const config = configOf({
      disk: { sizeGiB: 5 },
      timezone: 'Europe/Berlin',
      build: { cpus: 3 },
      images: {
        base: { extends: 'debian12-lab', disk: { sizeGiB: 6 }, timezone: 'Europe/Paris' },
        web: { extends: 'base', disk: { sizeGiB: 7 } },
      },
    });
    expect(resolveImage(config, 'debian12-lab')).toMatchObject({ disk: { sizeGiB: 5 }, timezone: 'Europe/Berlin' });
    expect(resolveImage(config, 'web')).toMatchObject({
      disk: { sizeGiB: 7 },
      timezone: 'Europe/Paris',
      build: { cpus: 3, memoryMiB: 2048 },
    });
    expect(resolveImage(config, 'web', { disk: { sizeGiB: 9 } }).disk.sizeGiB).toBe(9);
    expect(resolveImage(config, 'web').hardware.memoryMiB).toBe(2048);
  });

  it('builds on vSphere with the firmware of the machine that becomes the template', () => {
    const onVsphere = { builder: 'vsphere-iso' } as const;
    const firmwares = (config: ReturnType<typeof configOf>, name: string, request = {}) => {
      const { build, hardware } = resolveImage(config, name, request);
      return [build.firmware, hardware.firmware];
    };
    expect(firmwares(configOf({}), 'ubuntu24', onVsphere)).toEqual(['uefi', 'uefi']);
    expect(firmwares(configOf({}), 'al2023', { builder: 'vsphere-clone' })).toEqual(['bios', 'bios']);
    expect(firmwares(configOf({}), 'ubuntu24')).toEqual(['bios', 'uefi']);
    expect(firmwares(configOf({ hardware: { firmware: 'bios' } }), 'rhel9', onVsphere)).toEqual(['bios', 'bios']);
    // The top of the config is about the machines under QEMU.
    expect(firmwares(configOf({ build: { firmware: 'bios' } }), 'rhel9', onVsphere)).toEqual(['uefi', 'uefi']);
    const own = configOf({ images: { web: { extends: 'ubuntu24', ...onVsphere, build: { firmware: 'bios' } } } });
    const { findings } = inspectImage(own, 'web');
    expect(findings.map(({ path, message }) => `${path} ${message}`)).toEqual([
      "images.web.build.firmware 'bios' cannot be: vsphere-iso builds on the very machine that becomes the template, whose hardware.firmware is 'uefi'; accepted: uefi",
    ]);
  });

  it('takes a boot command of a person’s, and refuses one that cannot be typed', () => {
    const keys = ['e<wait>', '<leftCtrlOn>x<leftCtrlOff>', 'linux /casper/vmlinuz autoinstall ---<enter>'];
    const config = configOf({
      images: { web: { extends: 'ubuntu24', build: { bootWaitSeconds: 40, bootCommand: keys } } },
    });
    const spec = resolveImage(config, 'web');
    expect(spec.build.boot).toEqual({ waitSeconds: 40, keys });
    expect(findBootCommand(spec)).toMatchObject({ waitSeconds: 40, keys });
    expect(findBootCommand({ ...spec, build: { ...spec.build, boot: { waitSeconds: 40 } } })).toMatchObject({
      waitSeconds: 40,
      keys: ['c<wait2>', expect.any(String), expect.any(String), expect.any(String)],
    });
    const wrong = (bootCommand: string[], more = {}) =>
      messagesOf({ extends: 'ubuntu24', build: { bootCommand }, ...more }).map((text) => text.split('; accepted')[0]);
    expect(wrong(['linux autoinstall ---<enter', '<entr>', '<leftShiftOn>a'])).toEqual([
      expect.stringContaining(
        "error images.web.build.bootCommand <entr> is no key Packer knows; did you mean 'enter'?",
      ),
      'error images.web.build.bootCommand <leftshiftOn> is never followed by <leftshiftOff>',
      'error images.web.build.bootCommand a < or > belongs to no tag',
    ]);
    expect(wrong(['boot<enter>'])).toEqual([expect.stringMatching(/^warning .*'autoinstall' is not typed/)]);
    expect(wrong(['<enter>'], { source: { kind: 'cloudImage' } })).toEqual([
      expect.stringContaining("is for an installer's menu, and this image is made from cloud-image"),
    ]);
  });

  it('refuses a boot ISO of RHEL where nothing else brings packages, together with what else is wrong', () => {
    const source = {
      kind: 'iso',
      url: '/isos/rhel-9.6-x86_64-boot.iso',
      checksum: `sha256:${'0f'.repeat(32)}`,
    } as const;
    const web = { extends: 'rhel9', source } as const;
    expect(messagesOf({ ...web, subscription: 'activation-key' })).toEqual([]);
    expect(messagesOf({ ...web, subscription: 'none', disk: { sizeGiB: 5 } })).toEqual([
      expect.stringContaining('images.web.disk.sizeGiB'),
      "error images.web.source.url '/isos/rhel-9.6-x86_64-boot.iso' is a boot ISO, which brings no packages; accepted: the DVD ISO, subscription 'activation-key', or profile.mirrors.dnf with http(s) repositories",
    ]);
    const dnf = [{ id: 'baseos', baseurl: 'http://mirror.corp/baseos' }];
    expect(messagesOf({ ...web, subscription: 'none', profile: { mirrors: { dnf } } })).toEqual([]);
  });

  it('lets an entry of a built-in name change the built-in image', () => {
    const config = configOf({
      images: {
        'debian12-lab': { packages: ['jq'], source: { kind: 'bootstrap', mirror: 'http://mirror.example.org/debian' } },
      },
    });
    expect(resolveImage(config, 'debian12-lab')).toMatchObject({
      packages: ['jq'],
      source: { suite: 'bookworm', mirror: 'http://mirror.example.org/debian' },
      os: { version: '12' },
    });
  });

  it('lets an entry of a built-in name extend itself by name', () => {
    const config = configOf({ images: { 'debian12-lab': { extends: 'debian12-lab', packages: ['jq'] } } });
    expect(resolveImage(config, 'debian12-lab').packages).toEqual(['jq']);
  });

  it("gives a cloud image its family's defaults and its release name", () => {
    const spec = resolveImage(configOf({ images: { web: ubuntu } }), 'web');
    expect(spec).toMatchObject({
      os: { codename: 'noble' },
      provider: 'ssm',
      nodeadm: { containerdSource: 'distro', artifacts: { kind: 'aws' } },
      source: { ...cloudImage, template: null },
    });
  });

  it("takes the seeds' words", () => {
    const config = configOf({ images: { web: { extends: 'debian12-lab', provider: 'iam', arch: 'amd' } } });
    expect(resolveImage(config, 'web')).toMatchObject({ provider: 'iam-ra', arch: 'amd64' });
  });

  it('takes a minor Kubernetes version for its newest pinned patch', () => {
    expect(resolveImage(configOf({ kubernetes: '1.34' }), 'debian12-lab').kubernetes).toBe('1.34.3');
    expect(resolveImage(configOf({}), 'debian12-lab', { kubernetes: '1.34.2' }).kubernetes).toBe('1.34.2');
  });

  it('refuses an unknown image with the names that are known', () => {
    expect(() => resolveImage(configOf({}), 'ubuntu25')).toThrow(
      expect.objectContaining({
        code: 'input.invalid',
        message:
          "unknown image 'ubuntu25'; known: ubuntu20, ubuntu22, ubuntu24, rhel8, rhel9, al2023, debian11-lab, debian12-lab, debian13-lab, debian12-netinst; did you mean 'ubuntu20'?",
      }),
    );
    expect(() => resolveImage(configOf({}), '__proto__')).toThrow(FactoryError);
    expect(() => resolveImage(configOf({}), 'constructor')).toThrow(/unknown image/);
  });

  it('refuses a source the image does not have', () => {
    const config = configOf({});
    expect(resolveImage(config, 'debian12-lab', { source: 'bootstrap' }).source.kind).toBe('bootstrap');
    const { findings } = inspectImage(config, 'debian12-lab', { source: 'iso' });
    expect(findings.map(({ message }) => message)).toEqual([
      "'iso' is no source of image 'debian12-lab'; accepted: bootstrap",
    ]);
  });

  const refused: readonly (readonly [string, Parameters<typeof messagesOf>[0], string])[] = [
    ['SSM on Debian', { extends: 'debian12-lab', provider: 'ssm' }, 'error images.web.provider'],
    [
      'containerd from Docker on Debian',
      { extends: 'debian12-lab', nodeadm: { containerdSource: 'docker' } },
      'error images.web.nodeadm.containerdSource',
    ],
    ['an arm64 lab image', { extends: 'debian12-lab', arch: 'arm64' }, 'error images.web.arch'],
    ['a tiny disk', { extends: 'debian12-lab', disk: { sizeGiB: 2 } }, 'error images.web.disk.sizeGiB'],
    ['an old nodeadm with SSM', { ...ubuntu, nodeadm: { version: '1.0.18' } }, 'error images.web.nodeadm.version'],
    [
      'an old nodeadm with a mirror',
      { extends: 'debian12-lab', nodeadm: { version: '1.0.17' } },
      'error images.web.nodeadm.version',
    ],
    [
      'a nodeadm that is not pinned',
      { extends: 'debian12-lab', nodeadm: { version: '1.0.20' } },
      'warning images.web.nodeadm.version',
    ],
    [
      'a minor Kubernetes out of range, once',
      { extends: 'debian12-lab', kubernetes: '1.99' },
      'error images.web.kubernetes',
    ],
    ['a minor Kubernetes nobody knows', { ...ubuntu, kubernetes: '1.35' }, 'error images.web.kubernetes'],
    [
      'a Kubernetes that is not pinned',
      { extends: 'debian12-lab', kubernetes: '1.35.1' },
      'warning images.web.kubernetes',
    ],
    [
      'another suite than the os',
      { extends: 'debian12-lab', os: { family: 'debian', version: '13' } },
      'error images.web.source',
    ],
    [
      'a release without a name',
      { os: { family: 'ubuntu', version: '26.04' }, source: cloudImage },
      'error images.web has no os.codename',
    ],
    ['no source', { os: { family: 'ubuntu', version: '24.04' } }, 'error images.web has no source'],
    ['no os', { source: cloudImage }, 'error images.web has no os'],
  ];
  it.each(refused)('reports %s', (_what, image, expected) => {
    const messages = messagesOf(image);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(expected);
  });

  it('reports RHEL with distro containerd and AL2023 with Docker, each with what would work', () => {
    const rhel = messagesOf({ extends: 'rhel9', nodeadm: { containerdSource: 'distro' } });
    expect(rhel).toEqual([
      "error images.web.nodeadm.containerdSource containerd from 'distro' does not work on RHEL: RHEL has no containerd package; nodeadm refuses it; accepted: docker, none",
    ]);
    const amazon = messagesOf({
      os: { family: 'al2023', version: '2023' },
      source: cloudImage,
      nodeadm: { containerdSource: 'docker' },
    });
    expect(amazon[0]).toContain("containerd from 'docker' does not work on Amazon Linux 2023");
  });

  it('reports Kubernetes outside what nodeadm is tested with', () => {
    expect(messagesOf({ ...ubuntu, kubernetes: '1.27.3' })[0]).toContain(
      "Kubernetes '1.27.3' is not supported; accepted: 1.30 to 1.36",
    );
  });

  it('reports broken and circular extends', () => {
    expect(messagesOf({ extends: 'debian12-laab' })).toEqual([
      "error images.web.extends unknown image 'debian12-laab'; accepted: ubuntu20, ubuntu22, ubuntu24, rhel8, rhel9, al2023, debian11-lab, debian12-lab, debian13-lab, debian12-netinst; did you mean 'debian12-lab'?",
    ]);
    const config = configOf({
      images: { a: { extends: 'b' }, b: { extends: 'c' }, c: { extends: 'a' }, self: { extends: 'self' } },
    });
    for (const name of ['a', 'b', 'c', 'self'])
      expect(inspectImage(config, name).findings[0]?.message).toMatch(/extends this image in turn/);
    const round = configOf({ images: { 'debian12-lab': { extends: 'x' }, x: { extends: 'debian12-lab' } } });
    expect(inspectImage(round, 'x').findings[0]?.message).toMatch(/extends this image in turn/);
  });

  it('ends for any graph of extends, and each image either resolves or says why', () => {
    const names = ['a', 'b', 'c', 'debian12-lab'] as const;
    const target = fc.option(fc.constantFrom(...names, 'debian13-lab', 'nowhere'), { nil: undefined });
    fc.assert(
      fc.property(fc.tuple(target, target, target, target), (targets) => {
        const images = Object.fromEntries(names.map((name, index) => [name, { extends: targets[index] }]));
        const config = configOf({ images });
        for (const name of names) {
          const { spec, findings } = inspectImage(config, name);
          expect((spec === undefined) === findings.length > 0).toBe(true);
        }
      }),
    );
  });
});
