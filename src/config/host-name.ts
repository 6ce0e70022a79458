/** A name DNS can have (RFC 1123): labels of letters, digits and hyphens; the last one is no number. */
export function isHostName(text: string): boolean {
  const labels = text.split('.');
  return (
    text.length <= 253 &&
    labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  );
}

export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

export function isIpv6(text: string): boolean {
  return /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(text) && URL.canParse(`http://[${text}]/`);
}

/** A host name or an address, without brackets. */
export function isHost(text: string): boolean {
  return isHostName(text) || isIpv4(text) || isIpv6(text);
}

/** `10.0.0.0/8`, `fd00::/8`. */
export function isNetwork(text: string): boolean {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  if (match === null) return false;
  const [address = '', prefix = ''] = match.slice(1);
  return (isIpv4(address) && Number(prefix) <= 32) || (isIpv6(address) && Number(prefix) <= 128);
}

/** What is wrong with an http address, in words; undefined when nothing is. */
export function findUrlFault(url: string): string | undefined {
  // Three slashes would make the path the host.
  if (!URL.canParse(url) || /^https?:\/{3}/i.test(url))
    return 'is no address; accepted: http:// or https://, a host, a port if need be';
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (!isHost(host)) return 'has no host name; accepted: letters, digits, hyphens and dots, or an address';
  return port === '0' ? 'has port 0; accepted: 1 to 65535' : undefined;
}
