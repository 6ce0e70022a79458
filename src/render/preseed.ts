import type { ImageSpec } from '../catalog/image-spec.ts';
import { createRenderer, type View } from './engine.ts';
import { buildUser } from './packer/pins.ts';
import { checkMirrorUrl } from './profile/check-values.ts';
import type { Seed } from './seed.ts';
import { findSiteProxy } from './site-proxy.ts';
import type { TemplateSet } from './template-set.ts';

/** Answers for Debian's own installer. The netboot one has no driver for a CD until it has a network: so by URL. */
export function renderPreseed(spec: ImageSpec, templates: TemplateSet): Seed {
  const file = 'seed/preseed.cfg.pkrtpl.hcl';
  const content = createRenderer(templates)('user-data/preseed.pkrtpl.hcl.hbs', buildPreseedView(spec));
  return {
    transport: 'http',
    cdLabel: '',
    members: [{ name: 'preseed.cfg', file, templated: true }],
    files: [{ path: file, mode: 0o644, content }],
    variables: ['public_key', 'apt_proxy'],
  };
}

/** What preseed.pkrtpl.hcl.hbs may see. */
export function buildPreseedView(spec: ImageSpec): View {
  const { proxy, mirrors } = spec.profile;
  const archive = mirrors.apt === null ? 'http://deb.debian.org/debian' : checkMirrorUrl(mirrors.apt);
  const security =
    mirrors.aptSecurity === null ? `${withoutSlash(archive)}-security` : checkMirrorUrl(mirrors.aptSecurity);
  return {
    name: spec.name,
    buildUser,
    suite: spec.os.codename,
    // The installer knows no C.UTF-8; install-base-apt.sh sets what is asked for.
    locale: /^(C|POSIX)(\.|$)/.test(spec.locale) ? 'en_US.UTF-8' : spec.locale,
    keyboard: spec.keyboard,
    timezone: spec.timezone,
    mirror: hostAndPath(archive),
    security: hostAndPath(security),
    // One for all that the installer fetches.
    proxy: findSiteProxy(proxy, archive) ?? findSiteProxy(proxy, security),
    uefi: spec.build.firmware === 'uefi',
  };
}

/** An address has nothing else (config/mirror-url.ts). */
function hostAndPath(url: string): { protocol: string; host: string; path: string } {
  const { protocol, host, pathname } = new URL(url);
  return { protocol: protocol.replace(':', ''), host, path: withoutSlash(pathname) };
}

function withoutSlash(text: string): string {
  return text.replace(/\/+$/, '');
}
