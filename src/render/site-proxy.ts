import type { Profile } from '../catalog/profile.ts';
import { hostOf, isDirect } from '../config/no-proxy.ts';

/** The proxy for an address, unless the profile's `noProxy` names its host, a domain above it or its network. */
export function findSiteProxy(proxy: Profile['proxy'], address: string): string | null {
  const url = proxy === null ? null : address.startsWith('https:') ? proxy.https : proxy.http;
  if (proxy === null || url === null || address.startsWith('file:')) return null;
  return isDirect(hostOf(address), proxy.noProxy) ? null : url;
}
