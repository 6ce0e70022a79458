import type { ImageSpec } from './image-spec.ts';

/**
 * Red Hat's media say in their name what they are: `rhel-9.6-x86_64-boot.iso` has an installer and no packages, `…-dvd.iso` has both. Nothing
 * known is taken for the DVD.
 */
export function isBootIso({ source, os }: Pick<ImageSpec, 'source' | 'os'>): boolean {
  return os.family === 'rhel' && source.kind === 'iso' && /-boot\.iso(\?|$)/.test(source.url ?? '');
}

/** Repositories an installer can reach before there is a system. */
export function networkRepositories({ profile }: Pick<ImageSpec, 'profile'>): ImageSpec['profile']['mirrors']['dnf'] {
  return profile.mirrors.dnf.filter(({ baseurl }) => /^https?:/.test(baseurl));
}

/** Whether something brings packages where the medium has none: mirrors, or Red Hat's network, to which the installer needs a key. */
export function hasNetworkPackages(spec: ImageSpec): boolean {
  return networkRepositories(spec).length > 0 || spec.subscription?.kind === 'activation-key';
}

export const packageSources =
  "the DVD ISO, subscription 'activation-key', or profile.mirrors.dnf with http(s) repositories";
