import { describe, expect, it } from 'vitest';
import { resolveImage } from '../../src/catalog/resolve-image.ts';
import { configOf, messagesOf } from './sample.ts';

const log = { mount: '/var/log', sizeGiB: 10 };

describe('catalog/image-rules-disk', () => {
  it.each([
    ['ubuntu20', 'amd64', 'qemu'],
    ['ubuntu24', 'arm64', 'qemu'],
    ['ubuntu22', 'amd64', 'vsphere-iso'],
    ['rhel8', 'amd64', 'vsphere-iso'],
    ['rhel9', 'arm64', 'qemu'],
  ] as const)('lets %s for %s on %s have partitions', (extended, arch, builder) => {
    const disk = { sizeGiB: 30, partitions: [log] };
    expect(messagesOf({ extends: extended, arch, builder, disk })).toEqual([]);
  });

  it('sorts them, so that the order they are written in changes nothing', () => {
    const diskOf = (partitions: readonly { mount: string; sizeGiB: number }[]) => {
      const web = { extends: 'ubuntu24', disk: { sizeGiB: 40, partitions: [...partitions] } };
      return resolveImage(configOf({ images: { web } }), 'web').disk;
    };
    const ofVar = { mount: '/var', sizeGiB: 8 };
    expect(diskOf([log, ofVar])).toEqual({ sizeGiB: 40, partitions: [ofVar, log] });
    expect(diskOf([ofVar, log])).toEqual(diskOf([log, ofVar]));
    expect(diskOf([])).toEqual({ sizeGiB: 40 });
  });

  it('lets an image say that it has none', () => {
    const config = configOf({
      disk: { partitions: [log] },
      images: { web: { extends: 'ubuntu24', disk: { partitions: [] } } },
    });
    expect(resolveImage(config, 'web').disk).toEqual({ sizeGiB: 20 });
  });

  it.each([
    [{ extends: 'debian12-lab' }, 'a lab image has one file system for everything'],
    [{ extends: 'debian12-netinst' }, 'only the installers of Ubuntu and RHEL are told how to partition'],
    [{ extends: 'al2023' }, 'a cloud image has the partitions its vendor gave it'],
    [{ extends: 'rhel9', source: { kind: 'cloudImage' } }, 'a cloud image has the partitions its vendor gave it'],
    [{ extends: 'ubuntu24', builder: 'vsphere-clone' }, 'a cloud image has the partitions its vendor gave it'],
  ] as const)('refuses them for %j', (image, reason) => {
    expect(messagesOf({ ...image, disk: { sizeGiB: 30, partitions: [log] } })).toEqual([
      `error images.web.disk.partitions '/var/log 10 GiB' cannot be made: ${reason}; accepted: for images from the installer ISO of Ubuntu or RHEL`,
    ]);
  });

  it('says which sizes do not fit, and which disk they would fit on', () => {
    const partitions = [log, { mount: '/home', sizeGiB: 2 }];
    expect(messagesOf({ extends: 'ubuntu24', disk: { sizeGiB: 20, partitions } })).toEqual([
      "error images.web.disk.partitions /home 2 GiB, /var/log 10 GiB are 12 GiB, which do not fit on a disk of 20 GiB beside 514 MiB for booting and at least 8 GiB for '/'; accepted: a disk of 21 GiB or more, or at most 11 GiB of partitions on this one",
    ]);
    expect(messagesOf({ extends: 'ubuntu24', disk: { sizeGiB: 21, partitions } })).toEqual([]);
    const [tooSmall, noRoom] = messagesOf({ extends: 'rhel9', disk: { sizeGiB: 9, partitions: [log] } });
    expect(tooSmall).toContain('9 GiB are too few for the system');
    expect(noRoom).toMatch(/10 GiB, which do not fit .* 1282 MiB .*; accepted: a disk of 20 GiB or more$/);
  });

  it('wants room below /var for what the build unpacks there', () => {
    expect(messagesOf({ extends: 'ubuntu24', disk: { partitions: [{ mount: '/var', sizeGiB: 3 }] } })).toEqual([
      "error images.web.disk.partitions 3 GiB are too few for '/var': packages are unpacked below it while the image is built; accepted: at least 4",
    ]);
  });
});
