import type { ImageSpec } from '../catalog/image-spec.ts';
import { noCloudSeed } from './cloud-seed.ts';
import { createRenderer, type View } from './engine.ts';
import { buildUser } from './packer/pins.ts';
import { namedPartitions } from './partitions.ts';
import { checkMirrorUrl } from './profile/check-values.ts';
import type { Seed } from './seed.ts';
import { findSiteProxy } from './site-proxy.ts';
import type { TemplateSet } from './template-set.ts';

/**
 * Answers for Ubuntu's installer (subiquity), on a CD that its cloud-init finds by its label.
 * https://canonical-subiquity.readthedocs-hosted.com/en/latest/reference/autoinstall-reference.html
 */
export function renderAutoinstall(spec: ImageSpec, templates: TemplateSet): Seed {
  const userData = createRenderer(templates)('user-data/autoinstall.pkrtpl.hcl.hbs', buildAutoinstallView(spec));
  return noCloudSeed('hnf-install', userData);
}

const vendorArchive = 'http://archive.ubuntu.com/ubuntu';

/** What autoinstall.pkrtpl.hcl.hbs may see. */
export function buildAutoinstallView(spec: ImageSpec): View {
  const release = Number(spec.os.version);
  const uefi = spec.build.firmware === 'uefi' || spec.arch === 'arm64';
  const { proxy, mirrors } = spec.profile;
  const archive = mirrors.apt === null ? null : checkMirrorUrl(mirrors.apt);
  const security = mirrors.aptSecurity === null ? null : checkMirrorUrl(mirrors.aptSecurity);
  // subiquity has one proxy for everything: none when both archives are reached without it.
  const addresses = [archive ?? vendorArchive, security ?? vendorArchive];
  return {
    name: spec.name,
    buildUser,
    locale: spec.locale,
    keyboard: spec.keyboard,
    timezone: spec.timezone,
    uefi,
    pc: spec.arch === 'amd64',
    biosOnPc: spec.arch === 'amd64' && !uefi,
    uefiOnPc: spec.arch === 'amd64' && uefi,
    partitions: namedPartitions(spec).map(({ name, mount, sizeGiB }) => ({
      partition: `partition-${name}`,
      format: `format-${name}`,
      mounted: `mount-${name}`,
      mount,
      sizeGiB,
    })),
    // 20.04's last medium carries subiquity 23.02: no choice of a source, no `mirror-selection`, no `fallback`.
    modern: release >= 22,
    // The keys that came after 22.04's first medium.
    newest: release >= 24,
    mirror: archive,
    security,
    proxy: addresses.map((address) => findSiteProxy(proxy, address)).find((url) => url !== null) ?? null,
  };
}
