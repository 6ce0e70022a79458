import type { ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import type { View } from '../engine.ts';
import { findSiteProxy } from '../site-proxy.ts';

/** The part of the view that says where the installer takes its packages from. */
export function buildSourceView(spec: ImageSpec): View {
  const nothing = { dvd: false, cdn: false, proxy: null, mirror: null, repositories: [] };
  if (!isBootIso(spec)) return { ...nothing, dvd: true };
  const { proxy, mirrors } = spec.profile;
  const reachable = mirrors.dnf.filter(({ baseurl }) => /^https?:/.test(baseurl));
  // The tree with the installer's groups; the others are added to it.
  const base = reachable.find(({ id }) => /baseos/i.test(id)) ?? reachable[0];
  if (base !== undefined) {
    const others = reachable.filter((repository) => repository !== base);
    return {
      ...nothing,
      mirror: { url: base.baseurl, proxy: findSiteProxy(proxy, base.baseurl) },
      repositories: others.map(({ id, baseurl }) => ({ id, url: baseurl, proxy: findSiteProxy(proxy, baseurl) })),
    };
  }
  if (spec.subscription?.kind !== 'activation-key') throw noPackages(spec);
  return { ...nothing, cdn: true, proxy: findSiteProxy(proxy, 'https://subscription.rhsm.redhat.com/') };
}

/** Red Hat's media say in their name what they are: `rhel-9.6-x86_64-boot.iso`, `…-dvd.iso`. Nothing known is taken for the DVD. */
function isBootIso({ source }: ImageSpec): boolean {
  return source.kind === 'iso' && /-boot\.iso$/.test(source.url ?? '');
}

function noPackages({ source }: ImageSpec): FactoryError {
  const url = source.kind === 'iso' ? source.url : null;
  const message = `'${url}' is a boot ISO, which brings no packages; accepted: the DVD ISO, subscription 'activation-key', or profile.mirrors.dnf with http(s) repositories`;
  return new FactoryError('input.invalid', message, {
    hint: "Use the DVD ISO, or give the image subscription 'activation-key'.",
  });
}
