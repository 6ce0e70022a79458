import { isIpv4, isIpv6, isNetwork } from './host-name.ts';

/** Host of an address, in which dnf's variables may stand; without brackets and port. */
export function hostOf(address: string): string {
  const [, bracketed, plain = ''] = /^[a-z]+:\/\/(?:[^/@]*@)?(?:\[([^\]]+)\]|([^/:?#]*))/.exec(address) ?? [];
  return (bracketed ?? plain).toLowerCase();
}

/**
 * Whether a host is reached without the proxy: by name, by a domain above it, or, for an address, by its network. A name is never looked
 * up, so no network is about it; Go programs do the same (golang.org/x/net/http/httpproxy).
 * @param host without brackets and port
 */
export function isDirect(host: string, noProxy: readonly string[]): boolean {
  return noProxy.some((entry) => {
    if (entry === '*' || entry === host) return true;
    if (isNetwork(entry)) return isInNetwork(host, entry);
    const domain = entry.replace(/^\*?\./, '').replace(/:\d+$/, '');
    return host === domain || host.endsWith(`.${domain}`);
  });
}

/** @param network `10.0.0.0/8`, `fd00::/8` */
export function isInNetwork(address: string, network: string): boolean {
  const [base = '', prefix = ''] = network.split('/');
  const [left, right] = [bitsOf(address), bitsOf(base)];
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  return left.slice(0, Number(prefix)) === right.slice(0, Number(prefix));
}

function bitsOf(address: string): string | undefined {
  if (isIpv4(address))
    return address
      .split('.')
      .map((part) => toBits(Number(part), 8))
      .join('');
  if (!isIpv6(address)) return undefined;
  // As a URL it has one form: hexadecimal groups, the longest run of zeros left out.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const groupsOf = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'));
  const [first, last] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...zeros, ...last].map((group) => toBits(Number.parseInt(group, 16), 16)).join('');
}

function toBits(value: number, length: number): string {
  return value.toString(2).padStart(length, '0');
}
