import { isBootIso, networkRepositories, packageSources } from '../../catalog/boot-iso.ts';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import type { View } from '../engine.ts';
import { findSiteProxy } from '../site-proxy.ts';

/** The part of the view that says where the installer takes its packages from. */
export function buildSourceView(spec: ImageSpec): View {
  const nothing = { dvd: false, cdn: false, proxy: null, mirror: null, repositories: [] };
  if (!isBootIso(spec)) return { ...nothing, dvd: true };
  const { proxy } = spec.profile;
  const reachable = networkRepositories(spec);
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

/** For whoever calls this from a program; a rule of the catalog has told everybody else. */
function noPackages({ source }: ImageSpec): FactoryError {
  const url = source.kind === 'iso' ? source.url : null;
  const message = `'${url}' is a boot ISO, which brings no packages; accepted: ${packageSources}`;
  return new FactoryError('input.invalid', message, {
    hint: "Use the DVD ISO, or give the image subscription 'activation-key'.",
  });
}
